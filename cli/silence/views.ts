import { SILENCE_SETTINGS } from '../../functions/core/config/settings/silence-settings.ts';
import { phaseOf, type Silence } from '../../functions/core/model/config/silence.ts';
import { viewOf } from '../config/settings.ts';

export function silenceView(silence: Silence, nowMs: number): object {
  return {
    id: silence.id,
    state: phaseOf(silence, nowMs),
    ...viewOf<Silence>(SILENCE_SETTINGS, silence),
    created_at: silence.createdAt,
    updated_at: silence.updatedAt,
  };
}
