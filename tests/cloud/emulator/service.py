# SPDX-License-Identifier: GPL-3.0-or-later
"""From a request to its answer: who asks, for what, whether they may, and what goes wrong."""
import collections
import json
import sys
import time
import traceback
import uuid
from urllib.parse import quote
from xml.sax.saxutils import escape

from . import accounts, agent, assist, firewall, groups, inventory, madeup, misbehaviour
from .errors import ApiError, Parameters
from .signing import Verifier
from .world import REGIONS, Pager

PRODUCTS = {'2014-05-26': 'Ecs', '2020-03-31': 'ResourceManager', '2015-04-01': 'Sts'}
ACTIONS = {
    'Ecs': {
        'AuthorizeSecurityGroup': groups.authorize,
        'DescribeCloudAssistantStatus': assist.describe_status,
        'DescribeInstanceStatus': inventory.describe_instance_status,
        'DescribeInstances': inventory.describe_instances,
        'DescribeInvocationResults': assist.describe_results,
        'DescribeInvocations': assist.describe_invocations,
        'DescribeRegions': inventory.describe_regions,
        'DescribeSecurityGroupAttribute': groups.describe_attribute,
        'DescribeSecurityGroups': groups.describe_groups,
        'GetInstanceConsoleOutput': inventory.get_console_output,
        'InvokeCommand': assist.invoke,
        'JoinSecurityGroup': groups.join,
        'LeaveSecurityGroup': groups.leave,
        'RevokeSecurityGroup': groups.revoke,
        'RunCommand': assist.run,
    },
    'ResourceManager': {'ListResourceGroups': inventory.list_resource_groups},
    'Sts': {'AssumeRole': lambda call: call.service.accounts.assume_role(call),
            'GetCallerIdentity': lambda call: call.service.accounts.caller_identity(call)},
}
JSON, XML = 'application/json;charset=utf-8', 'text/xml;charset=utf-8'


class Response:
    def __init__(self, status, body, content_type=JSON, headers=()):
        self.status = status
        self.body = body
        # Of a body that is made while it is sent: None where nobody says so beforehand.
        self.length = len(body) if isinstance(body, bytes) else None
        self.content_type = content_type
        self.headers = list(headers)
        self.effects = misbehaviour.Effects()


class Call:
    """One verified call, as the actions see it."""

    def __init__(self, service, key, parameters, effects):
        self.service = service
        self.key = key
        self.parameters = parameters
        self.effects = effects
        self.world = service.worlds[key.account]
        self.pager = service.pager
        self.assistant = service.assistant
        self.host_keys = service.host_keys
        self.now = service.clock()

    def region(self):
        region = self.parameters.need('RegionId')
        if region not in REGIONS:
            raise ApiError('InvalidRegionId.NotFound')
        return region

    def arns(self, kind, names):
        region = self.parameters.get('RegionId', '*')
        return [f'acs:ecs:{region}:{self.key.account}:{kind}/{name}' for name in names or ['*']]

    def allow(self, action, resources):
        self.key.check(action, resources)

    @staticmethod
    def new_id(prefix):
        return prefix + uuid.uuid4().hex[:20]


def to_xml(name, value):
    if isinstance(value, dict):
        inner = ''.join(to_xml(k, v) for k, v in value.items())
    elif isinstance(value, list):
        return ''.join(to_xml(name, each) for each in value)
    elif isinstance(value, bool):
        inner = 'true' if value else 'false'
    else:
        inner = '' if value is None else escape(str(value))
    return f'<{name}>{inner}</{name}>'


def xml_body(root, answer):
    found = answer.get('Instances', {}).get('Instance')
    if isinstance(found, inventory.Instances):
        answer = {**answer, 'Instances': {'Instance': [each.described() for each in found]}}
    text = f'<?xml version="1.0" encoding="UTF-8"?>{to_xml(root, answer)}'
    return text.encode('utf-8', 'replace')


def json_body(answer):
    found = answer.get('Instances', {}).get('Instance')
    if isinstance(found, inventory.Instances):
        rest = {name: value for name, value in answer.items() if name != 'Instances'}
        return (json.dumps(rest, ensure_ascii=False).encode('utf-8', 'replace')[:-1]
                + b', "Instances": {"Instance": ['
                + b', '.join(each.encoded() for each in found) + b']}}')
    return json.dumps(answer, ensure_ascii=False).encode('utf-8', 'replace')


class Service:
    """options: see cloud.py. later(seconds, function) is the main loop's."""

    def __init__(self, options, later):
        self.offset = options.clock_offset
        self.accounts = accounts.Accounts(self.clock)
        self.verifier = Verifier(self.accounts.find, self.clock)
        self.worlds = madeup.make_worlds(options)
        if options.prepare:
            self.worlds[accounts.OWNER].prepare()
        self.firewall = options.firewall and firewall.Firewall(
            options.firewall, (options.public_network, options.private_network),
            list(self.worlds.values()), options.firewall_delay, later)
        self.pager = Pager()
        self.rules = misbehaviour.Rules()
        self.host_keys = options.host_keys
        self.delivery = agent.KeyDelivery(options.authorized_keys, options.users,
                                          options.key_seconds, later)
        self.assistant = agent.Assistant(self.delivery, self.host_keys, options.assist_seconds,
                                         later, self.clock)
        self.log = collections.deque(maxlen=100_000)
        self.count = 0
        self.changed()

    def changed(self):
        """After whatever may have changed an instance or a group."""
        if self.firewall:
            self.firewall.update()

    def clock(self):
        return time.time() + self.offset

    def handle(self, request):
        if request.path == '/credentials' and request.method == 'GET':
            return self._credentials()
        self.count += 1
        about, parameters = self._about(request)
        effects = self.rules.strike(about)
        request_id = str(uuid.uuid4()).upper()
        record = {'number': self.count, 'time': self.clock(), 'result': 'OK', 'status': 200,
                  'request_id': request_id, **about}
        # What lists is asked thousands of times.
        if not about['action'].startswith(('Describe', 'List', 'Get')):
            record['parameters'] = parameters.values
        self.log.append(record)
        as_xml = self._wants_xml(request, parameters)
        try:
            answer = {'RequestId': request_id,
                      **self._answer(request, parameters, about, effects)}
            effects.edit(answer, self.count)
            body = xml_body(f'{about["action"]}Response', answer) if as_xml else json_body(answer)
            response = Response(200, body, XML if as_xml else JSON)
            if effects.get('garbage'):
                self._garble(response, effects, about, answer)
        except ApiError as error:
            response = self._error(error, request, record, as_xml)
        except Exception:  # pylint: disable=broad-except
            # A fault of the emulator's own; its client gets what a server's fault looks like.
            traceback.print_exc(file=sys.stderr)
            response = self._error(ApiError('InternalError'), request, record, as_xml)
        self.changed()
        response.headers.append(('x-acs-request-id', request_id))
        response.effects = effects
        return response

    def _about(self, request):
        parameters = Parameters(request.query + request.form)
        v3 = bool(request.header('authorization'))
        match = request.header('authorization').partition('Credential=')[2].partition(',')[0]
        return {'action': request.header('x-acs-action') or parameters.get('Action'),
                'version': request.header('x-acs-version') or parameters.get('Version'),
                'region': parameters.get('RegionId'), 'signature': 'V3' if v3 else 'V1',
                'key': match if v3 else parameters.get('AccessKeyId'),
                'nonce': request.header('x-acs-signature-nonce')
                or parameters.get('SignatureNonce'),
                'page': self.pager.page_number(parameters),
                'command': parameters.get('CommandId').removeprefix('cmd-'),
                'instance': parameters.get('InstanceId') or parameters.get('InstanceId.1'),
                }, parameters

    @staticmethod
    def _wants_xml(request, parameters):
        accept = request.header('accept')
        v1 = not request.header('authorization') and parameters.get('AccessKeyId')
        default = 'XML' if v1 or ('xml' in accept and 'json' not in accept) else 'JSON'
        return parameters.get('Format', default).upper() == 'XML'

    def _answer(self, request, parameters, about, effects):
        if request.method not in ('GET', 'POST'):
            raise ApiError('UnsupportedHTTPMethod')
        for name in ('action', 'version'):
            if not about[name]:
                raise ApiError('MissingParameter', f'The input parameter "{name.capitalize()}" '
                               'that is mandatory for processing this request is not supplied.')
        product = PRODUCTS.get(about['version'])
        host = request.header('host')
        # Here all products share one address; under the real names each has its own.
        if not product or ('.aliyuncs.com' in host and not host.startswith(product.lower())):
            raise ApiError('InvalidVersion')
        action = ACTIONS[product].get(about['action'])
        if not action or request.path != '/':
            raise ApiError('InvalidAction.NotFound')
        key = self.verifier.verify(request)
        if effects.get('change'):
            fields = dict(effects.get('change'))
            world = self.worlds[key.account]
            world.change(world.find(fields.pop('id', about['instance'])), fields)
        effects.refuse()
        if effects.get('token') and parameters.get('NextToken').startswith('endless-'):
            del parameters.values['NextToken']
            parameters.values.setdefault('MaxResults', '100')
        return action(Call(self, key, parameters, effects))

    @staticmethod
    def _garble(response, effects, about, answer):
        response.status, response.content_type, response.body, response.length = effects.garble(
            response.body, lambda: xml_body(f'{about["action"]}Response', answer))
        if isinstance(response.body, bytes):
            response.length = len(response.body)

    @staticmethod
    def _error(error, request, record, as_xml):
        record.update(result=error.code, status=error.status)
        product = PRODUCTS.get(record['version'], 'Ecs')
        answer = {'RequestId': record['request_id'], 'HostId': request.header('host'),
                  'Code': error.code, 'Message': error.message,
                  'Recommend': f'https://api.aliyun.com/troubleshoot?q={quote(error.code)}'
                  f'&product={product}&requestId={record["request_id"]}'}
        if error.detail:
            answer['AccessDeniedDetail'] = error.detail
        body = xml_body('Error', answer) if as_xml else json_body(answer)
        return Response(error.status, body, XML if as_xml else JSON, error.headers)

    def _credentials(self):
        effects = self.rules.strike({'action': 'credentials'})
        try:
            effects.refuse()
            answer = self.accounts.from_uri()
        except ApiError as error:
            answer = {'Code': error.code, 'Message': error.message}
        response = Response(200, json_body(answer))
        response.effects = effects
        return response
