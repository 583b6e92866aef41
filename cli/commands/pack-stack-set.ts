import { memberTemplate } from '../../functions/core/config/member-template.ts';
import { addCommand, type CommandFile } from '../command.ts';
import { CliFailure } from '../failure.ts';

export const addPackStackSet: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'stack-set',
    summary: 'Print the template by which other accounts and regions forward their events of AWS here',
    examples: ['tocsin pack stack-set --json'],
    async run(session) {
      const { stack, awsEventBus: busArn, awsEvents: events = [] } = (await session.gateway()).manifest;
      if (busArn === undefined) {
        throw new CliFailure(
          'no-event-bus',
          'the deployment has no bus for other accounts; write "organizationId" and "awsEvents" into tocsin.json and deploy',
        );
      }
      const template = memberTemplate({ stack, busArn, events });
      return { json: template, text: JSON.stringify(template, undefined, 2) };
    },
  });
};
