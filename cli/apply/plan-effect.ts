import type { RouteEffect } from '../../functions/core/operator/route-effect.ts';
import { describeEffect, effectView, measureChange, readConfigured } from '../route/measure-effect.ts';
import type { Session } from '../session.ts';
import type { Step } from './kind.ts';

/** The effect of the steps on who is told, counted over the last 24 hours; undefined where no step decides that. */
export async function effectOfPlan(
  session: Session,
  steps: readonly Step[],
): Promise<RouteEffect | undefined> {
  const deciding = steps.flatMap(({ decides }) => decides ?? []);
  if (deciding.length === 0) return undefined;
  const gateway = await session.gateway();
  const before = await readConfigured(gateway);
  const after = deciding.reduce((configured, decides) => decides(configured), before);
  return measureChange(session, gateway, before, after);
}

export function effectOfView(effect: RouteEffect | undefined): { effect?: object } {
  return effect === undefined ? {} : { effect: effectView(effect) };
}

/** In words; nothing where no alert is stored to count it on. */
export function effectLines(effect: RouteEffect | undefined): string[] {
  return effect === undefined || effect.alerts === 0 ? [] : [describeEffect(effect)];
}
