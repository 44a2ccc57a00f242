export type { NotificationCounts } from './counts.ts';
export { createNotificationDesk, type NotificationDeps, type NotificationDesk } from './receive.ts';
