import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { inputsOf, uniform, type Workload } from '../workload.js';
import { MessageReader, startRemote } from './remote.js';

it('reads messages however the stream is cut', async () => {
  const bytes = Buffer.from('{"bytes":3}\nabc{"a":1}\n');
  for (const size of [1, 4, 100]) {
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
    const reader = new MessageReader(Readable.from(pieces));
    expect(String((await reader.next())?.body)).toBe('abc');
    expect((await reader.next())?.header).toEqual({ a: 1 });
    expect(await reader.next()).toBeNull();
  }
});

/** Answers with the first number of its input. Messages may come in pieces, and several at once. */
const ECHO = `
  const say = (header, body = '') => { process.stdout.write(JSON.stringify({ ...header, bytes: body.length }) + '\\n'); process.stdout.write(body); };
  const answer = (header, body) => {
    const text = JSON.stringify(header);
    if (text.includes('"prepare"')) { input = body; say({ known: true }); }
    else if (text.includes('"time"')) say({ error: 'too slow' });
    else if (text.includes('"result"')) say({}, input.subarray(0, 4));
  };
  let input;
  let waiting = Buffer.alloc(0);
  say({ version: '7' });
  process.stdin.on('data', (data) => {
    waiting = Buffer.concat([waiting, data]);
    for (;;) {
      const line = waiting.indexOf(10);
      if (line < 0) return;
      const header = JSON.parse(waiting.subarray(0, line));
      const end = line + 1 + (header.bytes ?? 0);
      if (waiting.length < end) return;
      answer(header, waiting.subarray(line + 1, end));
      waiting = waiting.subarray(end);
    }
  });`;

it('sends inputs, brings results, and passes errors on', async () => {
  const library = await startRemote({ name: 'echo', command: process.execPath, args: ['--eval', ECHO] });
  const workload: Workload = { name: 'w', section: '', inputs: [uniform([1])], target: 1, tolerance: 0 };
  const inputs = inputsOf(workload);
  const subject = await library.prepare(workload, inputs);
  expect(library.version).toBe('7');
  expect([...(await subject!.result() as Float32Array)]).toEqual([...inputs[0].values]);
  await expect(subject!.time(1)).rejects.toThrow('too slow');
  library.close?.();
});

it('says why a process did not start', async () => {
  await expect(startRemote({ name: 'none', command: process.execPath, args: ['--eval', 'throw new Error("broken")'] })).rejects.toThrow(/none: the process ended/);
  await expect(startRemote({ name: 'none', command: '/no/such/python', args: [] })).rejects.toThrow(/ENOENT/);
});
