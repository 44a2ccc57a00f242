import { type Refusal, thrown } from '../outcome.ts';
import type { Profile } from '../profiles/profile.ts';
import { type Field, type Params, textParam, violations } from './fields.ts';
import type { Signer } from './signer.ts';
import { parseWallTime } from './time.ts';

export interface Checked {
  readonly authentic: boolean;
  readonly refusal?: Refusal;
}

interface Subject {
  readonly profile: Profile;
  readonly fields: readonly Field[];
  readonly params: Params;
  readonly signer: Signer;
  readonly authentic: boolean;
  readonly now: number;
  /** Nonces that were used, with the time until which they count. */
  readonly nonces: Map<string, number>;
}

/** The order of spec 1.3: a bad signature on an expired request is a bad signature. */
const steps: readonly ((subject: Subject) => Refusal | undefined)[] = [
  function validation({ profile, fields, params }) {
    const broken = violations(fields, params);
    if (broken.length === 0) return undefined;
    const code = profile.refusals.idsMissing.code;
    return thrown(code, `验证参数错误\n${broken.map((message) => `${message}\n`).join('')}`);
  },
  function merchant({ profile, params, signer }) {
    if (!profile.checks.merchant) return undefined;
    if (params.mchNo !== signer.mchNo) return profile.refusals.merchant;
    return params.appId === undefined || params.appId === signer.appId
      ? undefined
      : thrown(10506, '验证参数错误\n商户号和应用号不匹配');
  },
  function signature({ profile, authentic }) {
    return authentic ? undefined : profile.refusals.signature;
  },
  function nonceGiven({ profile, params }) {
    return profile.checks.nonceOnce && !params.nonceStr ? profile.refusals.nonceMissing : undefined;
  },
  function time({ profile, params, now }) {
    const { window } = profile.checks;
    if (window === undefined) return undefined;
    // Whole seconds, rounded down: 10.001 s old is too old, 60.999 s early is not (real 1.3).
    const ahead = Math.floor((requestTime(params) - now) / 1000);
    if (ahead < -window.past) return profile.refusals.expired;
    return ahead > window.future ? profile.refusals.early : undefined;
  },
  function nonceNew({ profile, params, now, nonces }) {
    if (!profile.checks.nonceOnce) return undefined;
    const key = `nonce:pay:${params.mchNo}:${params.nonceStr}`;
    if ((nonces.get(key) ?? 0) > now) return profile.refusals.nonceUsed;
    nonces.set(key, now + NONCE_MS);
    return undefined;
  },
];

const NONCE_MS = 300_000;

export function check(subject: Omit<Subject, 'authentic'>): Checked {
  const { params, signer } = subject;
  const { sign: _sign, ...members } = params;
  const signature = textParam(params, 'sign');
  const authentic = signature !== undefined && signer.verify(members, signature);
  for (const step of steps) {
    const refusal = step({ ...subject, authentic });
    if (refusal !== undefined) return { authentic, refusal };
  }
  return { authentic };
}

function requestTime({ reqTime }: Params): number {
  return typeof reqTime === 'string' ? (parseWallTime(reqTime) ?? 0) : Number(reqTime) * 1000;
}
