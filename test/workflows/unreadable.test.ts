/** A payload that nobody can decode stops nothing; one that another worker may decode is left to it. */
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { ENCRYPTED } from '../../src/protocol/encryption.ts';
import { setAside } from '../../src/workflows/unreadable.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const payload = (encoding: string | undefined, data: string): Payload => ({
  metadata: encoding === undefined ? {} : { encoding: bytes(encoding) },
  data: bytes(data),
});
const GOOD = payload('json/plain', '{"reason":"void"}');
const BROKEN = payload('json/plain', '{"reason":');
const SEALED = payload('binary/encrypted', 'xxxx');

const MALFORMED: Readonly<Record<string, Payload>> = {
  'JSON that breaks off': BROKEN,
  'no encoding': payload(undefined, '{}'),
  'no metadata': { data: bytes('{}') },
  'nothing at all': {},
  'JSON without a byte': payload('json/plain', ''),
};

function firstOf(payloads: readonly Payload[] | null | undefined): unknown {
  const [first] = payloads ?? [];
  return first && defaultPayloadConverter.fromPayload(first);
}

describe.each(Object.entries(MALFORMED))('%s', (_, malformed) => {
  test('is set aside as start input, in a signal and in an update, and is said', () => {
    const start = { initializeWorkflow: { arguments: [malformed, malformed] } };
    const signal = { signalWorkflow: { signalName: 'join', input: [malformed] } };
    const update = { doUpdate: { name: 'submit', input: [malformed] } };
    for (const job of [start, signal, update]) setAside(job);
    for (const given of [start.initializeWorkflow.arguments, signal.signalWorkflow.input, update.doUpdate.input]) {
      expect(firstOf(given)).toEqual({ unreadable: expect.any(String) });
    }
  });
});

test('an encoding that this worker does not know is left to another one, where the text matters', () => {
  const [join, start] = [
    { signalWorkflow: { signalName: 'join', input: [SEALED] } },
    { initializeWorkflow: { arguments: [SEALED] } },
  ];
  for (const job of [join, start]) setAside(job);
  expect(join.signalWorkflow.input[0]).toBe(SEALED);
  expect(start.initializeWorkflow.arguments[0]).toBe(SEALED);
});

test('what this program has encrypted is set aside nowhere: without the codec the workflow task fails', () => {
  const encrypted = payload(ENCRYPTED, 'a.b.c.d.e');
  const jobs = {
    start: { initializeWorkflow: { arguments: [encrypted] } },
    update: { doUpdate: { name: 'submit', input: [encrypted] } },
    join: { signalWorkflow: { signalName: 'join', input: [encrypted] } },
    resubmit: { signalWorkflow: { signalName: 'resubmit', input: [encrypted] } },
    paymentObserved: { signalWorkflow: { signalName: 'paymentObserved', input: [encrypted] } },
  };
  for (const [name, job] of Object.entries(jobs)) {
    expect(() => setAside(job), name).toThrow('this worker has no section `encryption`');
  }
  expect(jobs.resubmit.signalWorkflow.input[0]).toBe(encrypted);
});

test.each(['paymentObserved', 'resubmit'])('%s does the same whatever comes with it', (signalName) => {
  const job = { signalWorkflow: { signalName, input: [SEALED] } };
  setAside(job);
  expect(firstOf(job.signalWorkflow.input)).toEqual({ unreadable: expect.stringContaining('binary/encrypted') });
});

test('what can be read is handed on as it is, and so is what brings nothing', () => {
  const signal = { signalWorkflow: { signalName: 'join', input: [GOOD] } };
  setAside(signal);
  expect(signal.signalWorkflow.input[0]).toBe(GOOD);
  for (const job of [{}, { fireTimer: { seq: 1 } }, { signalWorkflow: { signalName: 'join' } }]) {
    expect(() => setAside(job)).not.toThrow();
  }
});
