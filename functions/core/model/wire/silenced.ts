/** The silence that a delivery was not made for. */
export type SilencedBy = { id: string };
