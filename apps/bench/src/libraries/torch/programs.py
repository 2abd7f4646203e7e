"""The workloads in PyTorch: each takes its inputs and gives a function to time and one that gives the result."""
import torch
import torch.nn.functional as F
from torch import nn


def flat(tensors):
    return torch.cat([t.detach().reshape(-1) for t in tensors]).numpy()


def expression(f, read=False):
    def make(*inputs):
        def run():
            with torch.no_grad():
                y = f(*inputs)
                if read:
                    y.numpy()

        return run, lambda: f(*inputs).numpy()

    return make


def gradients(f, trained):
    """Gradients of f with regard to the inputs of these positions, the rest being given."""

    def make(*inputs):
        for i in trained:
            inputs[i].requires_grad_()

        def run():
            return f(*inputs)

        return run, lambda: flat(run())

    return make


def layer_norm_gradient(x, w, b, g):
    return torch.autograd.grad(F.layer_norm(x, (768,), w, b), (x, w, b), g)


def batch_norm_gradient(x, w, b, g):
    return torch.autograd.grad(F.batch_norm(x, None, None, w, b, training=True), (x, w, b), g)


def max_pool_gradient(x, g):
    return torch.autograd.grad(F.max_pool2d(x, 2), (x,), g)


def cross_entropy_gradient(x, y):
    return torch.autograd.grad(F.cross_entropy(x, y.long()), (x,))


def embedding(w, i):
    return F.embedding(i, w)


def embedding_gradient(indices, upstream):
    weight = torch.zeros(30000, 256, requires_grad=True)

    def run():
        return torch.autograd.grad(F.embedding(indices, weight), (weight,), upstream)

    return run, lambda: flat(run())


def fill(module, weights):
    with torch.no_grad():
        for parameter, w in zip(module.parameters(), weights, strict=True):
            parameter.copy_(w)
    return module


def training(make_model):
    """SGD on cross-entropy, the loss read after every step; the result is the first losses."""

    def make(x, y, *weights):
        y = y.long()

        def start():
            model = fill(make_model(), weights)
            optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

            def step():
                optimizer.zero_grad(set_to_none=True)
                loss = F.cross_entropy(model(x), y)
                loss.backward()
                optimizer.step()
                return loss.item()

            return step

        def result():
            fresh = start()
            return [fresh(), fresh(), fresh()]

        return start(), result

    return make


def mlp():
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )


def encoder_layer(x, g, *weights):
    layer = fill(nn.TransformerEncoderLayer(256, 8, 1024, dropout=0.0, batch_first=True), weights)
    x.requires_grad_()

    def run():
        return torch.autograd.grad(layer(x), (x, *layer.parameters()), g)

    return run, lambda: flat(run())


PROGRAMS = {
    "matmul 1024": expression(torch.matmul),
    "matmul 256": expression(torch.matmul),
    "matmul 64, read": expression(torch.matmul, read=True),
    "matrix-vector 4096": expression(torch.matmul),
    "conv2d 1x64x56x56, 64 of 3x3": expression(lambda x, w: F.conv2d(x, w, padding=1)),
    "MLP 64x784-128-10, SGD step, loss read": training(mlp),
    "LeNet batch 32, SGD step, loss read": training(lenet),
    "Transformer encoder layer 8x128x256, forward and backward": encoder_layer,
    "softmax 128x1000": expression(lambda x: torch.softmax(x, 1)),
    "layerNorm 512x768": expression(lambda x, w, b: F.layer_norm(x, (768,), w, b)),
    "layerNorm 512x768, forward and backward": gradients(layer_norm_gradient, (0, 1, 2)),
    "batchNorm 32x64x28x28, forward and backward": gradients(batch_norm_gradient, (0, 1, 2)),
    "cross-entropy 128x1000, forward and backward": gradients(cross_entropy_gradient, (0,)),
    "cross-entropy 64x32000, forward and backward": gradients(cross_entropy_gradient, (0,)),
    "exp 1Mi": expression(torch.exp),
    "gelu 1Mi": expression(F.gelu),
    "relu(a*b+a) 1e6": expression(lambda a, b: torch.relu(a * b + a)),
    "add 16, read": expression(torch.add, read=True),
    "sum 1Mi, read": expression(torch.sum, read=True),
    "sum over the outer axis 1000x1000": expression(lambda x: x.sum(0)),
    "sum over the middle axis 64x1000x64": expression(lambda x: x.sum(1)),
    "cumsum 1000x1000": expression(lambda x: x.cumsum(1)),
    "cumsum over the outer axis 1000x1000": expression(lambda x: x.cumsum(0)),
    "sort 1e6": expression(lambda x: torch.sort(x).values),
    "largest 100 of 1e6": expression(lambda x: torch.topk(x, 100).values),
    "maxPool 32x64x28x28 by 2, forward and backward": gradients(max_pool_gradient, (0,)),
    "transpose 2048x2048": expression(lambda x: x.t().contiguous()),
    "a + b transposed 2048x2048": expression(lambda a, b: a + b.t()),
    "channels last 32x64x56x56": expression(lambda x: x.permute(0, 2, 3, 1).contiguous()),
    "column + row 2048x2048": expression(torch.add),
    "embedding 30000x256, 4096 rows": expression(embedding),
    "embedding 30000x256, 4096 rows, gradient": embedding_gradient,
}
