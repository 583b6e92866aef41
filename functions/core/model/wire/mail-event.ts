/** What the mail service tells about a mail after it took it. */
const MAIL_EVENT_TYPES = [
  'send',
  'delivery',
  'delivery-delay',
  'bounce',
  'complaint',
  'reject',
  'rendering-failure',
] as const;
export type MailEventType = (typeof MAIL_EVENT_TYPES)[number];

/** One entry of a delivery's mail events: the proof of what became of the mail. */
export type MailEvent = {
  /** The same for every repetition of the event. */
  id: string;
  type: MailEventType;
  at: string;
  /** What the mail service calls the mail. */
  message_id: string;
  /** Only of a bounce: whether another mail would end the same way. */
  is_permanent?: boolean;
  /** In words, without addresses: what the other side answered. */
  detail?: string;
};
