# SPDX-License-Identifier: GPL-3.0-or-later
"""The actions of Cloud Assistant: its state, commands and their results."""
import base64
import json

from .agent import ENABLE_KEYS, SEND_KEY, Run
from .errors import ApiError
from .inventory import stamp

TYPES = ('RunShellScript', 'RunBatScript', 'RunPowerShellScript')


def describe_status(call):
    region = call.region()
    call.allow('ecs:DescribeCloudAssistantStatus', call.arns('instance', ['*']))
    parameters = call.parameters
    system = parameters.one_of('OSType', ('Windows', 'Linux', 'FreeBSD'))
    wanted = parameters.numbered('InstanceId')
    instances = call.world.region(region)
    for each in wanted:
        if each not in instances:
            raise ApiError('InvalidInstance.NotFound')
    if wanted:
        page = [instances[each] for each in wanted]
        fields = {'TotalCount': len(page), 'PageNumber': 1, 'PageSize': len(page),
                  'NextToken': ''}
    else:
        page, fields = call.pager.cut(
            parameters, call.world.generation,
            ['DescribeCloudAssistantStatus', call.key.account, region, system],
            lambda: [i for i in instances.values() if system.lower() in ('', i.os)], (10, 1, 50))
    return {**fields, 'InstanceCloudAssistantStatusSet': {'InstanceCloudAssistantStatus': [
        {'InstanceId': each.id,
         'CloudAssistantStatus': 'true' if each.agent and each.status == 'Running' else 'false',
         'CloudAssistantVersion': each.agent_version, 'OSType': each.os.capitalize(),
         'LastHeartbeatTime': stamp(call.now - 5 + each.clock) if each.agent_version else '',
         'LastInvokedTime': '', 'InvocationCount': 0, 'ActiveTaskCount': each.busy,
         'SupportSessionManager': bool(each.agent_version)} for each in page]}}


def json_parameters(call):
    text = call.parameters.get('Parameters', '{}')
    try:
        values = json.loads(text)
    except ValueError:
        values = None
    if not isinstance(values, dict) or not all(isinstance(v, str) for v in values.values()):
        raise ApiError('InvalidParameter', 'The specified parameter "Parameters" is not valid.')
    return values


def targets(call, region):
    ids = list(dict.fromkeys(call.parameters.numbered('InstanceId')))
    if not ids:
        call.parameters.need('InstanceId.1')
    if len(ids) > 100:
        raise ApiError('InstanceIds.ExceedLimit', 'The number of instance IDs exceeds the limit.',
                       403)
    for each in ids:
        if call.world.instance(region, each, 'InvalidInstance.NotFound').os != 'linux':
            raise ApiError('InvalidInstance.NotMatch')
    if len(call.parameters.get('Username')) > 255:
        raise ApiError('Username.ExceedLimit')
    call.parameters.integer('Timeout', 60, 1, 86400)
    return ids


def invoke(call):
    region = call.region()
    command = call.parameters.need('CommandId')
    call.allow('ecs:InvokeCommand', call.arns('instance', call.parameters.numbered('InstanceId'))
               + call.arns('command', [command]))
    name = command.removeprefix('cmd-')
    if name not in (SEND_KEY, ENABLE_KEYS):
        raise ApiError('InvalidCmdId.NotFound')
    values = json_parameters(call)
    if name == SEND_KEY and not {'sshPublicKey'} <= set(values) <= {'username', 'sshPublicKey'}:
        raise ApiError('Parameter.NotMatched')
    return {'InvokeId': start(call, region, command, name, '', values)}


def run(call):
    region = call.region()
    call.allow('ecs:RunCommand', call.arns('instance', call.parameters.numbered('InstanceId'))
               + call.arns('command', ['*']))
    call.parameters.need('Type')
    call.parameters.one_of('Type', TYPES)
    content = call.parameters.need('CommandContent')
    if call.parameters.one_of('ContentEncoding', ('PlainText', 'Base64')) == 'Base64':
        try:
            content = base64.b64decode(content, validate=True).decode('utf-8', 'replace')
        except ValueError:
            raise ApiError('InvalidParameter', 'The specified parameter "CommandContent" is not '
                           'valid.') from None
    if len(content) > 18 * 1024:
        raise ApiError('CmdContent.ExceedLimit', 'The command exceeds its limit.', 403)
    command = call.new_id('c-')
    return {'CommandId': command,
            'InvokeId': start(call, region, command, call.parameters.get('Name'), content,
                              json_parameters(call))}


def start(call, region, command, name, content, values):
    ids = targets(call, region)
    token = call.parameters.get('ClientToken')
    for each in call.world.invocations.values():
        if token and each['token'] == token:
            return each['id']
    invocation = {'id': call.new_id('t-'), 'command': command, 'name': name, 'region': region,
                  'content': content, 'values': values, 'user': call.parameters.get('Username'),
                  'created': call.now, 'token': token}
    invocation['runs'] = [Run(invocation, each) for each in ids]
    call.world.invocations[invocation['id']] = invocation
    call.world.generation += 1
    for each in invocation['runs']:
        call.assistant.begin(call.world, each)
    return invocation['id']


def overall(invocation):
    states = {each.status for each in invocation['runs']}
    if states & {'', 'Pending', 'Running'}:
        return 'Running' if 'Running' in states else 'Pending'
    if states == {'Success'}:
        return 'Success'
    return 'PartialFailed' if 'Success' in states else 'Failed'


def asked_for(call, region):
    parameters = call.parameters
    wanted = {'id': parameters.get('InvokeId'), 'command': parameters.get('CommandId'),
              'name': parameters.get('CommandName')}
    return [each for each in call.world.invocations.values() if each['region'] == region
            and all(not value or each[name] == value for name, value in wanted.items())
            and any(run_.instance_id == parameters.get('InstanceId', run_.instance_id)
                    for run_ in each['runs'])]


def describe_results(call):
    region = call.region()
    call.allow('ecs:DescribeInvocationResults', call.arns('instance', ['*']))
    parameters = call.parameters
    state = parameters.get('InvokeRecordStatus')
    encoding = parameters.one_of('ContentEncoding', ('PlainText', 'Base64')) or 'Base64'

    def make():
        results = [each.result(encoding) for invocation in asked_for(call, region)
                   for each in invocation['runs'] if each.status
                   and each.instance_id == parameters.get('InstanceId', each.instance_id)]
        return [each for each in results if state in ('', each['InvokeRecordStatus'])]
    page, fields = call.pager.cut(
        parameters, call.world.generation,
        ['DescribeInvocationResults', call.key.account, region, encoding, state,
         [parameters.get(name) for name in ('InvokeId', 'InstanceId', 'CommandId')]],
        make, (10, 1, 50))
    if call.effects.get('results') == 'none':
        page = []
    elif call.effects.get('results') == 'stranger':
        # Of another command on another instance, before what was asked for.
        page = [{'InvokeId': 't-stranger', 'CommandId': 'c-stranger',
                 'InstanceId': 'i-stranger', 'InvocationStatus': 'Success',
                 'InvokeRecordStatus': 'Finished', 'ExitCode': 0, 'ErrorCode': '',
                 'ErrorInfo': '', 'Output': base64.b64encode(b'a stranger').decode(),
                 'Dropped': 0, 'Repeats': 1, 'Username': 'root'}, *page]
    return {'Invocation': {**fields, 'InvocationResults': {'InvocationResult': page}}}


def describe_invocations(call):
    region = call.region()
    call.allow('ecs:DescribeInvocations', call.arns('instance', ['*']))
    parameters = call.parameters
    encoding = parameters.one_of('ContentEncoding', ('PlainText', 'Base64')) or 'Base64'
    with_output = parameters.flag('IncludeOutput')
    state = parameters.get('InvokeStatus')
    page, fields = call.pager.cut(
        parameters, call.world.generation,
        ['DescribeInvocations', call.key.account, region, state,
         [parameters.get(name) for name in (
             'InvokeId', 'InstanceId', 'CommandId', 'CommandName')]],
        lambda: [i for i in asked_for(call, region) if state in ('', overall(i))], (10, 1, 50))
    described = []
    for each in page:
        content = each['content'].encode()
        instances = []
        for run_ in each['runs']:
            result = run_.result(encoding)
            kept = ('InstanceId', 'InvocationStatus', 'ExitCode', 'ErrorCode', 'ErrorInfo',
                    'Dropped', 'StartTime', 'StopTime', 'Repeats')
            instances.append({**{name: result[name] for name in kept},
                              'InvocationStatus': run_.status or 'Pending',
                              'InstanceInvokeStatus': result['InvokeRecordStatus'],
                              'Output': result['Output'] if with_output else '',
                              'FinishTime': result['FinishedTime'], 'Timed': False,
                              'UpdateTime': stamp(run_.finished or run_.started)})
        described.append({
            'InvokeId': each['id'], 'CommandId': each['command'], 'CommandName': each['name'],
            'CommandType': 'RunShellScript', 'InvokeStatus': overall(each),
            'InvocationStatus': overall(each), 'CreationTime': stamp(each['created']),
            'CommandContent': each['content'] if encoding == 'PlainText'
            else base64.b64encode(content).decode(), 'RepeatMode': 'Once', 'Timeout': 60,
            'Username': each['user'], 'Parameters': json.dumps(each['values']),
            'InvokeInstances': {'InvokeInstance': instances}})
    return {**fields, 'Invocations': {'Invocation': described}}
