import Link from '@cloudscape-design/components/link';
import { SYSTEM_SOURCE_ID } from '../../../functions/core/model/wire/alert.ts';
import { hrefOf } from '../view/view.ts';

/** A link to the source of an alert; an alert that Tocsin raised itself has none. */
export function SourceLink({ id, name }: { id: string; name: string }) {
  return id === SYSTEM_SOURCE_ID ? <>{name}</> : <Link href={hrefOf('sources', name)}>{name}</Link>;
}
