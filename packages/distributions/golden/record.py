"""
Records what PyTorch 1.13 answers about distributions, divergences and transforms, in float64: `python record.py`.

A distribution is written as {"d": class, "a": arguments}, a transform as {"x": class, "a": arguments}, a constraint as
{"c": name, "a": arguments}; an argument is a number, {"t": nested numbers}, {"o": options}, one of the former, or a list.
Names are those of the TypeScript side.
"""
import json
import math
import os
import re

import torch
import torch.distributions as D
from torch.distributions import constraints, kl, transforms

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)


def snake(name):
    return re.sub(r"([A-Z])", lambda m: "_" + m.group(1).lower(), name)


def t(x):
    return {"t": x}


def d(name, *args, **options):
    return {"d": name, "a": [*args, *([{"o": options}] if options else [])]}


def x(name, *args):
    return {"x": name, "a": list(args)}


def c(name, *args):
    return {"c": name, "a": list(args)}


def build(spec, leaves):
    if isinstance(spec, list):
        return [build(s, leaves) for s in spec]
    if not isinstance(spec, dict):
        return spec
    if "t" in spec:
        leaf = torch.tensor(spec["t"], dtype=torch.float64, requires_grad=True)
        leaves.append(leaf)
        return leaf
    args, options = list(spec["a"]), {}
    if args and isinstance(args[-1], dict) and "o" in args[-1]:
        options = args.pop()["o"]
    args = [build(a, leaves) for a in args]
    options = {snake(k): build(v, leaves) for k, v in options.items()}
    if "c" in spec:
        found = getattr(constraints, snake(spec["c"]))
        return found(*args) if args else found
    if "x" in spec and spec["x"].endswith(".inv"):
        return getattr(transforms, spec["x"][:-4])(*args, **options).inv
    return getattr(transforms if "x" in spec else D, spec.get("x") or spec["d"])(*args, **options)


def plain(value, digits=12):
    """Nested lists of short numbers; what JSON lacks as strings."""
    if isinstance(value, torch.Tensor):
        value = value.detach().tolist()
    if isinstance(value, list):
        return [plain(v, digits) for v in value]
    if isinstance(value, bool):
        return int(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    short = float(f"%.{digits}g" % value)
    return int(short) if short == int(short) and abs(short) < 1e15 else short


def slopes(result, leaves):
    """Gradients of the sum; null where there is none."""
    if not result.requires_grad or not torch.isfinite(result).all():
        return None
    found = torch.autograd.grad(result.sum(), leaves, allow_unused=True, retain_graph=True)
    return [None if g is None else plain(g) for g in found]


def attempt(f):
    try:
        return f()
    except (NotImplementedError, AttributeError, RuntimeError):
        return None


U = [0.05, 0.3, 0.5, 0.72, 0.97]


def record(spec, value=None, exact=False):
    leaves = []
    dist = build(spec, leaves)
    case = {"dist": spec, "batch": list(dist.batch_shape), "event": list(dist.event_shape)}
    if value is None:
        value = plain(dist.sample((3,)), 14 if exact else 6)
    at = torch.tensor(value, dtype=torch.float64)
    continuous = attempt(lambda: not dist.support.is_discrete)
    if continuous:
        at.requires_grad_()
    case["value"] = value
    prob = dist.log_prob(at)
    case["logProb"] = plain(prob)
    case["slopes"] = slopes(prob, leaves + ([at] if continuous else []))
    for name in ["mean", "mode", "variance", "stddev"]:
        found = attempt(lambda: getattr(dist, name))
        if found is not None:
            case[name] = plain(found)
    entropy = attempt(dist.entropy)
    if entropy is not None:
        case["entropy"] = plain(entropy)
        case["entropySlopes"] = slopes(entropy, leaves)
    cdf = attempt(lambda: dist.cdf(at))
    if cdf is not None:
        case["cdf"] = plain(cdf)
    u = torch.tensor(U).reshape([-1] + [1] * len(dist.batch_shape))
    icdf = attempt(lambda: dist.icdf(u))
    if icdf is not None:
        case["icdf"] = plain(icdf)
    listed = attempt(dist.enumerate_support)
    if listed is not None:
        case["enumerateSupport"] = plain(listed)
    return case


S = [[1.5, 0.3, -0.2], [0.3, 0.9, 0.1], [-0.2, 0.1, 0.7]]
L = [[1.2, 0, 0], [0.3, 0.8, 0], [-0.4, 0.2, 0.6]]
L2 = [[0.7, 0, 0], [-0.2, 1.1, 0], [0.5, 0.1, 0.9]]
LOC, SCALE, POS, POS2 = t([-0.5, 0.8, 2]), t([0.4, 1, 2.5]), t([0.3, 1.7, 4.2]), t([2.1, 0.6, 3.3])
P3, LOGITS = t([0.1, 0.45, 0.8]), t([-1.5, 0.2, 2])
W3, LW3 = t([[0.2, 0.5, 0.3], [1, 2, 5]]), t([[-1, 0.5, 0.3], [1, -2, 0.7]])

univariate = [d(name, LOC, SCALE) for name in ["Normal", "Laplace", "Cauchy", "Gumbel", "LogNormal"]] + [
    d("Normal", 0.5, 2.0), d("Normal", t([[0.1], [0.2]]), SCALE), d("HalfNormal", SCALE), d("HalfCauchy", SCALE),
    d("Uniform", t([-1, 0.5, 2]), t([0.5, 0.75, 7])), d("Kumaraswamy", POS, POS2), d("Kumaraswamy", t([2, 3]), t([1.5, 4])),
    d("Exponential", POS), d("Weibull", POS, POS2), d("Pareto", POS, POS2), d("Gamma", POS, POS2), d("Chi2", POS),
    d("StudentT", t([0.7, 1.5, 4]), LOC, SCALE), d("FisherSnedecor", t([1.5, 3, 8]), t([2.5, 4.5, 9])), d("Beta", POS, POS2),
    d("Beta", t([0.5, 0.9]), t([0.4, 0.8])), d("VonMises", LOC, t([0.2, 3, 12])), d("ContinuousBernoulli", t([0.05, 0.4995, 0.5, 0.7])),
    d("ContinuousBernoulli", logits=LOGITS),
]
discrete = [
    d("Bernoulli", P3), d("Bernoulli", logits=LOGITS), d("Geometric", P3), d("Geometric", logits=LOGITS), d("Poisson", POS),
    d("Binomial", 5, P3), d("Binomial", 7, logits=LOGITS), d("NegativeBinomial", 3, P3), d("NegativeBinomial", 2.5, logits=LOGITS),
    d("Categorical", W3), d("Categorical", logits=LW3), d("OneHotCategorical", W3), d("OneHotCategorical", logits=LW3),
    d("Multinomial", 4, W3), d("Multinomial", 3, logits=LW3),
]
several = [
    d("Dirichlet", t([[0.5, 1.5, 3], [2, 0.7, 1.1]])), d("Dirichlet", t([0.5, 0.6, 0.7])), d("LogisticNormal", t([0.2, -0.5]), t([1, 0.7])),
    d("MultivariateNormal", LOC, covarianceMatrix=t(S)), d("MultivariateNormal", LOC, precisionMatrix=t(S)),
    d("MultivariateNormal", LOC, scaleTril=t(L)), d("MultivariateNormal", t([[0.1, 0.2, 0.3], [1, -1, 0]]), scaleTril=t([L, L2])),
    d("LowRankMultivariateNormal", LOC, t([[0.5, 0.1], [-0.4, 1], [0.2, 0.3]]), t([0.5, 1, 1.5])),
    d("RelaxedBernoulli", t(0.7), P3), d("RelaxedBernoulli", t(1.3), logits=LOGITS), d("RelaxedOneHotCategorical", t(0.7), W3),
    d("RelaxedOneHotCategorical", t(1.3), logits=LW3), d("Wishart", t(4.5), covarianceMatrix=t(S)), d("Wishart", t([3.5, 5]), scaleTril=t(L)),
    d("Wishart", t(4.5), precisionMatrix=t(S)), d("LKJCholesky", 3, t(1.5)), d("LKJCholesky", 4, t([0.5, 2])),
    d("Independent", d("Normal", t([[0.1, 0.2, 0.3], [1, 2, 3]]), SCALE), 1), d("Independent", d("Beta", POS, POS2), 1),
    d("MixtureSameFamily", d("Categorical", t([0.2, 0.5, 0.3])), d("Normal", LOC, SCALE)),
    d("MixtureSameFamily", d("Categorical", W3), d("Gamma", t([[1, 2, 3], [0.5, 4, 2]]), t([[1.0, 0.5, 2], [1, 2, 1]]))),
    d("MixtureSameFamily", d("Categorical", t([0.4, 0.6])), d("Independent", d("Normal", t([[0, 1, 2], [-1, 0.5, 3]]), t([[1.0, 0.5, 2], [1, 2, 1]])), 1)),
    d("TransformedDistribution", d("Uniform", 0.0, 1.0), [x("SigmoidTransform.inv"), x("AffineTransform", t([0.5, 1.5]), t([2, -0.7]))]),
    d("TransformedDistribution", d("Normal", LOC, SCALE), [x("TanhTransform")]),
    d("TransformedDistribution", d("Normal", LOC, SCALE), [x("SoftplusTransform"), x("PowerTransform", t(1.5))]),
    d("TransformedDistribution", d("Normal", LOC, SCALE), [x("AffineTransform", 0.0, 0.3), x("StickBreakingTransform")]),
]
cases = [record(spec) for spec in univariate] + [record(spec) for spec in discrete] + [record(spec, exact=True) for spec in several if spec]

# Divergences: every pair that PyTorch has a rule for.
P = {
    "Normal": d("Normal", t([0.3, -1]), t([0.5, 1.5])), "Laplace": d("Laplace", t([0.3, -1]), t([0.5, 1.5])), "Cauchy": d("Cauchy", t([0.3, -1]), t([0.5, 1.5])),
    "Gumbel": d("Gumbel", t([0.3, -1]), t([0.5, 1.5])), "HalfNormal": d("HalfNormal", t([0.5, 1.5])), "Uniform": d("Uniform", t([0.1, 0.3]), t([0.6, 0.95])),
    "Exponential": d("Exponential", t([0.5, 1.5])), "Gamma": d("Gamma", t([0.6, 2.5]), t([1.5, 0.7])), "Pareto": d("Pareto", t([1.2, 2]), t([2.5, 3.5])),
    "Beta": d("Beta", t([0.6, 2.5]), t([1.5, 0.7])), "ContinuousBernoulli": d("ContinuousBernoulli", t([0.2, 0.7])), "Bernoulli": d("Bernoulli", t([0.2, 0.7])),
    "Binomial": d("Binomial", 5, t([0.2, 0.7])), "Geometric": d("Geometric", t([0.2, 0.7])), "Poisson": d("Poisson", t([0.6, 2.5])), "Categorical": d("Categorical", W3),
    "OneHotCategorical": d("OneHotCategorical", W3), "Dirichlet": d("Dirichlet", t([[0.5, 1.5, 3], [2, 0.7, 1.1]])),
    "MultivariateNormal": d("MultivariateNormal", LOC, scaleTril=t(L)), "Independent": d("Independent", d("Normal", t([[0.3, -1]]), t([[0.5, 1.5]])), 1),
    "LowRankMultivariateNormal": d("LowRankMultivariateNormal", LOC, t([[0.5, 0.1], [-0.4, 1], [0.2, 0.3]]), t([0.5, 1, 1.5])),
    "TransformedDistribution": d("LogNormal", t([0.3, -1]), t([0.5, 1.5])), "ExponentialFamily": d("Wishart", t(4.5), covarianceMatrix=t(S)),
}
Q = {
    "Normal": d("Normal", t([0.1, 0.2]), t([0.9, 0.7])), "Laplace": d("Laplace", t([0.1, 0.2]), t([0.9, 0.7])), "Cauchy": d("Cauchy", t([0.1, 0.2]), t([0.9, 0.7])),
    "Gumbel": d("Gumbel", t([0.1, 0.2]), t([0.9, 0.7])), "HalfNormal": d("HalfNormal", t([0.9, 0.7])), "Uniform": d("Uniform", t([-0.1, 0.2]), t([1.3, 0.99])),
    "Exponential": d("Exponential", t([0.9, 0.7])), "Gamma": d("Gamma", t([1.1, 0.8]), t([0.9, 1.7])), "Pareto": d("Pareto", t([0.05, 0.25]), t([0.9, 1.7])),
    "Beta": d("Beta", t([1.1, 0.8]), t([0.9, 1.7])), "ContinuousBernoulli": d("ContinuousBernoulli", t([0.4, 0.35])), "Bernoulli": d("Bernoulli", t([0.4, 0.35])),
    "Binomial": d("Binomial", 5, t([0.4, 0.35])), "Geometric": d("Geometric", t([0.4, 0.35])), "Poisson": d("Poisson", t([1.1, 0.8])), "Categorical": d("Categorical", t([[0.3, 0.3, 0.4], [0.6, 0.3, 0.1]])),
    "OneHotCategorical": d("OneHotCategorical", t([[0.3, 0.3, 0.4], [0.6, 0.3, 0.1]])), "Dirichlet": d("Dirichlet", t([[1.5, 0.5, 1], [1, 1.7, 2.1]])),
    "MultivariateNormal": d("MultivariateNormal", t([0.1, 0.2, 0.3]), scaleTril=t(L2)), "Independent": d("Independent", d("Normal", t([[0.1, 0.2]]), t([[0.9, 0.7]])), 1),
    "LowRankMultivariateNormal": d("LowRankMultivariateNormal", t([0.1, 0.2, 0.3]), t([[0.1, 0.2], [1, 0.5], [0.3, -0.3]]), t([1.5, 0.8, 1.1])),
    "TransformedDistribution": d("LogNormal", t([0.1, 0.2]), t([0.9, 0.7])), "ExponentialFamily": d("Wishart", t(5.5), covarianceMatrix=t([[0.9, -0.1, 0.2], [-0.1, 1.1, 0.3], [0.2, 0.3, 1.4]])),
}
divergences = []


def diverge(p, q):
    leaves = []
    value = kl.kl_divergence(build(p, leaves), build(q, leaves))
    divergences.append({"p": p, "q": q, "kl": plain(value), "slopes": slopes(value, leaves)})


for p, q in sorted(kl._KL_REGISTRY, key=lambda pair: (pair[0].__name__, pair[1].__name__)):
    diverge(P[p.__name__], Q[q.__name__])
diverge(d("Bernoulli", t([0, 1, 0.5])), d("Bernoulli", t([0.3, 0.4, 0])))
diverge(d("Categorical", t([0.5, 0.5, 0])), d("Categorical", t([0.2, 0.8, 0])))
diverge(d("Uniform", t([0.1, 0.3]), t([0.6, 0.95])), d("Uniform", t([0.2, 0.2]), t([1.3, 0.99])))
diverge(d("Binomial", t([5, 6]), t([0.2, 0.7])), d("Binomial", t([5, 4]), t([0.4, 0.35])))
diverge(d("Pareto", t([1.2, 2]), t([0.5, 1.5])), d("Normal", t([0.1, 0.2]), t([0.9, 0.7])))
diverge(d("Normal", t([[0.3], [-1]]), t(0.5)), d("Normal", t([0.1, 0.2, 0.3]), t(0.9)))
diverge(d("MultivariateNormal", t([[0.1, 0.2, 0.3], [1, -1, 0]]), covarianceMatrix=t(S)), d("MultivariateNormal", LOC, scaleTril=t(L2)))

# Transforms.
mapped = []


def transform(spec, at, exact=False):
    leaves = []
    f = build(spec, leaves)
    x_ = torch.tensor(at, dtype=torch.float64)
    y = f(x_)
    case = {"transform": spec, "x": at, "y": plain(y), "inverse": plain(f.inv(y)), "domain": f.domain.event_dim, "codomain": f.codomain.event_dim}
    det = attempt(lambda: f.log_abs_det_jacobian(x_, y))
    if det is not None:
        case["logAbsDetJacobian"] = plain(det)
    mapped.append(case)


LINE = [[-1.5, -0.2, 0.4], [0.9, 2.2, 0.05]]
for name in ["ExpTransform", "SigmoidTransform", "TanhTransform", "SoftplusTransform", "AbsTransform", "SoftmaxTransform", "StickBreakingTransform", "CorrCholeskyTransform"]:
    transform(x(name), LINE)
transform(x("AffineTransform", t([0.5, 1, 2]), t([2, -1, 0.5])), LINE)
transform(x("AffineTransform", 1.0, -2.0, 1), LINE)
transform(x("PowerTransform", t([0.5, 2, 3])), [[0.3, 1.2, 2], [0.9, 0.1, 3]])
transform(x("ReshapeTransform", [3], [3, 1]), LINE)
transform(x("LowerCholeskyTransform"), [[0.3, 0.5], [1.2, -0.7]])
transform(x("IndependentTransform", x("ExpTransform"), 1), LINE)
transform(x("ComposeTransform", [x("ExpTransform"), x("AffineTransform", -1.0, 0.5), x("StickBreakingTransform")]), LINE)
transform(x("CatTransform", [x("ExpTransform"), x("TanhTransform")], -1, [1, 2]), LINE)
transform(x("StackTransform", [x("ExpTransform"), x("TanhTransform"), x("AffineTransform", 1.0, 2.0)], -1), LINE)
transform(x("CumulativeDistributionTransform", d("Normal", 0.0, 1.5)), LINE)

registries = []
VECTOR = [0.3, -0.8, 1.1]
for name, spec in [("real", c("real")), ("positive", c("positive")), ("greaterThan", c("greaterThan", 2.0)), ("lessThan", c("lessThan", 2.0)), ("unit", c("unitInterval")),
                   ("interval", c("interval", -1.0, 3.0)), ("simplex", c("simplex")), ("corr", c("corrCholesky")), ("vector", c("realVector"))]:
    for registry in ["bijectTo", "transformTo"]:
        registries.append({"registry": registry, "constraint": spec, "x": VECTOR, "y": plain(getattr(D, snake(registry))(build(spec, []))(torch.tensor(VECTOR)))})
registries.append({"registry": "transformTo", "constraint": c("lowerCholesky"), "x": [[0.3, 0.5], [1.2, -0.7]],
                   "y": plain(D.transform_to(constraints.lower_cholesky)(torch.tensor([[0.3, 0.5], [1.2, -0.7]])))})

ALPHA = [0.01, 0.1, 0.5, 1, 2.5, 7.5, 9, 30, 200]
gamma = [[a, plain(v, 6), plain(torch._standard_gamma_grad(torch.tensor(float(a)), torch.tensor(plain(v, 6))))]
         for a in ALPHA for v in torch._standard_gamma(torch.full((4,), float(a))) if v > 1e-30]

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "recorded.json"), "w") as f:
    parts = {"distributions": cases, "divergences": divergences, "transforms": mapped, "registries": registries, "gammaSlopes": gamma}
    f.write("{\n" + ",\n".join(json.dumps(k) + ": [\n" + ",\n".join(json.dumps(v, separators=(",", ":")) for v in vs) + "\n]" for k, vs in parts.items()) + "\n}\n")
