import type { Incident } from '../incident.ts';
import { alipayIncidents } from './alipay.ts';
import { daxpayIncidents } from './daxpay.ts';
import { shouqianbaIncidents } from './shouqianba.ts';

/** Every incident of the demo. */
export const incidents: readonly Incident[] = [...alipayIncidents, ...shouqianbaIncidents, ...daxpayIncidents];
