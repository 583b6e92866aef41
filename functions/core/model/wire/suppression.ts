/** Why a recipient of a destination gets no mail. */
export const RECIPIENT_SUPPRESSION_REASONS = [
  'unsubscribed',
  'bounced',
  'complained',
  'by-operator',
] as const;
export type RecipientSuppressionReason = (typeof RECIPIENT_SUPPRESSION_REASONS)[number];

/** A recorded wish or fact: this recipient of this destination gets no mail. Other destinations are not touched. */
export type Suppression = {
  destination_id: string;
  /** Lower case. */
  address: string;
  reason: RecipientSuppressionReason;
  at: string;
  /** Who or what: `page`, `one-click`, `ses`, or the operator's own word. */
  by: string;
  /** In words, redacted: what the mail service said, or the operator's note. */
  detail?: string;
};

/** One line of a recipient's history at a destination; nothing of it is ever removed. */
export type SuppressionChange = {
  action: 'added' | 'removed';
  reason: RecipientSuppressionReason;
  at: string;
  by: string;
  detail?: string;
};

/** Everything that is known of a recipient at a destination. */
export type RecipientStanding = {
  /** What holds now. */
  suppression?: Suppression;
  /** Whether the other recipients and destinations were told of it. */
  isAnnounced: boolean;
  history: SuppressionChange[];
};
