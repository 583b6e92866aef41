import { boundedMap, CALLS_AT_ONCE } from '../../core/bounded-map.ts';
import type { RoutedAlert } from '../../core/model/wire/accepted-alerts.ts';
import type { Places } from './alert-items.ts';
import { conditionHeld } from './conditions.ts';
import type { Item } from './pages.ts';
import {
  all,
  isPlaceOf,
  type PlaceCondition,
  type Sheet,
  sheetItem,
  sheetUpdate,
  sheetWithout,
} from './sheets.ts';
import type { TableAccess } from './table-access.ts';

/** The writes of alerts that were read before. Each write replaces the item that was read, and no other. */
type Replacements = {
  alone: { routed: RoutedAlert; item: Item }[];
  sheets: Sheet[];
};

/** The alerts that another router wrote meanwhile; nothing of them is replaced. */
export async function replaceAlerts(
  { alone, sheets }: Replacements,
  places: ReadonlyMap<string, Places>,
  expiresAt: number,
  { client, table }: TableAccess,
): Promise<RoutedAlert[]> {
  const replaceAlone = async ({ routed, item }: Replacements['alone'][number]) => {
    const { id } = routed.alert;
    const { read } = places.get(id) ?? { read: {} };
    const isReplaced = await conditionHeld(
      client.call('PutItem', { TableName: table, Item: item, ...isStillAlone(read.alone) }),
    );
    if (!isReplaced) return [routed];
    if (read.onSheet === undefined) return [];
    // It lies alone from now on. Where its place on the sheet has changed, it is read and put once more.
    const update = sheetWithout(id, expiresAt, isPlaceOf(id, read.onSheet));
    return (await conditionHeld(client.call('UpdateItem', { TableName: table, ...update }))) ? [] : [routed];
  };
  const replaceSheet = async (sheet: Sheet) => {
    const conditions = sheet.alerts.map(({ routed: { alert } }) =>
      isPlaceOf(alert.id, places.get(alert.id)?.read.onSheet),
    );
    const update = isWhole(sheet)
      ? client.call('PutItem', { TableName: table, Item: sheetItem(sheet, expiresAt), ...asked(conditions) })
      : client.call('UpdateItem', { TableName: table, ...sheetUpdate(sheet, expiresAt, conditions) });
    return (await conditionHeld(update)) ? [] : sheet.alerts.map(({ routed }) => routed);
  };
  const writes = [
    ...alone.map((one) => async () => replaceAlone(one)),
    ...sheets.map((sheet) => async () => replaceSheet(sheet)),
  ];
  return (await boundedMap(writes, CALLS_AT_ONCE, async (write) => write())).flat();
}

/** A sheet with one place. */
export function isWhole({ sheet, alerts }: Sheet): boolean {
  return sheet === alerts[0]?.routed.alert.id;
}

function isStillAlone(item: Item | undefined) {
  if (item === undefined) return asked([{ condition: 'attribute_not_exists(pk)', values: {} }]);
  const { routed_alert: body, plan_name: plan } = item;
  return asked([
    { condition: 'routed_alert = :read_body', values: { ':read_body': body } },
    plan === undefined
      ? { condition: 'attribute_not_exists(plan_name)', values: {} }
      : { condition: 'plan_name = :read_plan', values: { ':read_plan': plan } },
  ]);
}

function asked(conditions: readonly PlaceCondition[]) {
  const { condition, values } = all(conditions);
  return {
    ConditionExpression: condition,
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
}
