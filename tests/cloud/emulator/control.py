# SPDX-License-Identifier: GPL-3.0-or-later
"""How tests steer the emulator. POST /_control takes a JSON object with any of

    clear true                  no more rules, the clock right, an empty log
    rules [RULE...]             see misbehaviour.py
    clock SECONDS               how far the server's clock is off
    change {"id", FIELD...}     fields of an instance, named as in world.DEFAULTS
    add {"id", "region", ...}   a new instance
    release ID
    group {"id", "region", "rules", FIELD...}   a security group as it shall be, rules as in
                                    madeup.rule(), fields as in DescribeSecurityGroups
    policy {"key", "statements"}    what RAM lets this AccessKey do
    key {"key", "status" | "expires" (seconds from now)}
    withdraw true               every delivered key, as if its minute were over
    account NUMBER              whose instances these are, if not the first account's

GET /_control/log?since=N gives the requests after the N-th; GET /_control/state the rules, how
often each struck, the keys now in authorized_keys, the fields of commands and security groups; GET
/_control/instances?region=R&name=N those of instances that were given addresses, in that order.
"""
import json
from urllib.parse import parse_qs

from .accounts import OWNER
from .errors import ApiError
from .madeup import rule, security_group
from .service import Response

KNOWN = {'clear', 'rules', 'clock', 'change', 'add', 'release', 'policy', 'key', 'withdraw',
         'account', 'group'}


def handle(service, request):
    try:
        if request.method == 'POST' and request.path == '/_control':
            command = json.loads(request.body)
            if not isinstance(command, dict) or not set(command) <= KNOWN:
                raise ValueError(f'one of {sorted(KNOWN)} is expected')
            apply(service, command)
            service.changed()
            return Response(200, b'{}')
        if request.method == 'GET' and request.path == '/_control/log':
            since = int(parse_qs(request.raw_query).get('since', ['0'])[0])
            return reply({'log': [each for each in service.log if each['number'] > since]})
        if request.method == 'GET' and request.path == '/_control/state':
            return reply(state(service))
        if request.method == 'GET' and request.path == '/_control/instances':
            return reply({'instances': instances(service, dict(request.query))})
        return reply({'error': 'no such thing'}, 404)
    except (ValueError, KeyError, TypeError, ApiError) as error:
        return reply({'error': f'{type(error).__name__}: {error}'}, 400)


def reply(answer, status=200):
    return Response(status, json.dumps(answer).encode())


def apply(service, command):
    world = service.worlds[command.get('account', OWNER)]
    if command.get('clear'):
        service.rules.clear()
        service.log.clear()
        service.offset = 0
    for each in command.get('rules', []):
        service.rules.add(each)
    if 'clock' in command:
        service.offset = float(command['clock'])
    if 'change' in command:
        fields = dict(command['change'])
        world.change(world.find(fields.pop('id')), fields)
    if 'add' in command:
        new = {'zone': command['add']['region'] + '-b', **command['add']}
        world.add(new)
    if 'release' in command:
        world.release(world.find(command['release']))
    if 'group' in command:
        set_group(world, dict(command['group']))
    if command.get('withdraw'):
        service.delivery.withdraw_all()
    if 'policy' in command:
        service.accounts.keys[command['policy']['key']].statements = command['policy'][
            'statements']
    if 'key' in command:
        key = service.accounts.keys[command['key']['key']]
        if 'status' in command['key']:
            key.status = command['key']['status']
        if 'expires' in command['key']:
            key.expires = service.clock() + command['key']['expires']


def set_group(world, given):
    group_id, region = given.pop('id'), given.pop('region')
    rules = given.pop('rules', None)
    group = world.security_groups.setdefault(
        group_id, security_group(group_id, region, group_id, f'vpc-{region}', []))
    if not set(given) <= set(group['fields']):
        raise ValueError(f'no such fields: {sorted(set(given) - set(group["fields"]))}')
    group['fields'].update(given)
    if rules is not None:
        group['rules'] = [rule(1000 + number, **each) for number, each in enumerate(rules)]
    world.generation += 1


def instances(service, wanted):
    world = service.worlds[OWNER]
    regions = [wanted['region']] if 'region' in wanted else list(world.makers)
    return [each.fields for region in regions for each in world.region(region).values()
            if wanted.get('name', each.name) == each.name]


def state(service):
    world = service.worlds[OWNER]
    return {
        'requests': service.count,
        'rules': [{**each.text, 'seen': each.seen, 'struck': each.struck}
                  for each in service.rules.rules],
        'delivered': [line for _, line in service.delivery.lines],
        'commands': [{'id': each['id'], 'command': each['command'], 'name': each['name'],
                      'values': each['values'], 'created': each['created'],
                      'runs': {run.instance_id: run.status for run in each['runs']}}
                     for each in world.invocations.values()],
        'security_groups': {name: group['rules']
                            for name, group in world.security_groups.items()},
    }
