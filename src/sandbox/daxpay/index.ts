import type { SystemFactory } from '../contract.ts';
import { profileC } from './profile-c.ts';
import { profileE } from './profile-e.ts';
import { profileF } from './profile-f.ts';
import { signerC, signerE, signerF } from './signer.ts';
import { createDaxpay } from './system.ts';

/** Tag 2.0.8, which the seeds describe and the recorded exchanges were made with. */
export const daxpayC: SystemFactory = (host) => createDaxpay(profileC, signerC(), host);
/** Tag 3.0.0. */
export const daxpayE: SystemFactory = (host) => createDaxpay(profileE, signerE(), host);
/** "DaxPay Open" 1.0. */
export const daxpayF: SystemFactory = (host) => createDaxpay(profileF, signerF(), host);
