/** The worker ends at a call that leaves it; nothing that it does later arrives anywhere. */
export type Kill = 'killed-before' | 'killed-after';
/** `refused`: the call answers with an error and did nothing. `lost-answer`: it did its work, and the connection broke. */
export type MailFault = Kill | 'refused' | 'lost-answer';
