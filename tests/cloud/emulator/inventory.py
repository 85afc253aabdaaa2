# SPDX-License-Identifier: GPL-3.0-or-later
"""The actions that list: regions, instances, resource groups, the console of an instance."""
import base64
import calendar
import hashlib
import re
import time

from .errors import ApiError
from .world import DEFAULT_GROUP, REGIONS, STATUSES

INSTANCE_PAGES = (10, 10, 100)
LOCK_REASONS = ('financial', 'security', 'Recycling', 'dedicatedhostfinancial', 'refunded')
# Parameter: field, for those that are compared as they are.
PLAIN_FILTERS = {
    'Status': 'status', 'InstanceNetworkType': 'network', 'VpcId': 'vpc', 'VSwitchId': 'vswitch',
    'ZoneId': 'zone', 'ResourceGroupId': 'group', 'KeyPairName': 'key_pair', 'ImageId': 'image',
    'InstanceType': 'type', 'InstanceChargeType': 'charge'}
ADDRESS_FILTERS = {'PrivateIpAddresses': 'private', 'PublicIpAddresses': 'public',
                   'EipAddresses': 'eip', 'InnerIpAddresses': 'inner'}
TIME = '%Y-%m-%dT%H:%M:%SZ'


def stamp(seconds):
    return time.strftime(TIME, time.gmtime(seconds)) if seconds else ''


class Instances(list):
    """Instances in an answer, written by their own encoded texts."""


def describe_regions(call):
    call.allow('ecs:DescribeRegions', [f'acs:ecs:*:{call.key.account}:*'])
    language = call.parameters.get('AcceptLanguage', 'zh-CN')
    return {'Regions': {'Region': [
        {'RegionId': region, 'LocalName': names[0] if language.startswith('zh') else names[1],
         'RegionEndpoint': f'ecs.{region}.aliyuncs.com', 'Status': 'available'}
        for region, names in REGIONS.items()]}}


def name_pattern(text):
    return re.compile('.*'.join(re.escape(part) for part in text.split('*')), re.DOTALL)


def instance_filters(parameters):
    """The filters as plain values: they are a list's name as well as its making."""
    filters = {}
    for name in PLAIN_FILTERS:
        if parameters.get(name):
            filters[name] = parameters.get(name)
    parameters.one_of('Status', STATUSES)
    parameters.one_of('InstanceNetworkType', ('vpc', 'classic'))
    parameters.one_of('LockReason', LOCK_REASONS)
    for name in ('InstanceName', 'InstanceTypeFamily', 'SecurityGroupId', 'LockReason'):
        if parameters.get(name):
            filters[name] = parameters.get(name)
    for name in ('InstanceIds', *ADDRESS_FILTERS):
        values = parameters.json_list(name)
        if values is not None:
            filters[name] = values
    if parameters.numbered('Ipv6Address'):
        filters['Ipv6Address'] = parameters.numbered('Ipv6Address')
    tags = [[tag['Key'], tag.get('Value')] for tag in parameters.objects('Tag') if tag.get('Key')]
    if tags:
        filters['Tag'] = tags[:20]
    return filters


def passes(instance, filters, pattern):
    for name, wanted in filters.items():
        if name in PLAIN_FILTERS:
            if getattr(instance, PLAIN_FILTERS[name]) != wanted:
                return False
        elif name in ADDRESS_FILTERS:
            has = getattr(instance, ADDRESS_FILTERS[name])
            if not set([has] if isinstance(has, str) else has) & set(wanted):
                return False
        elif name == 'Ipv6Address':
            if not set(instance.ipv6) & set(wanted):
                return False
        elif name == 'Tag':
            has = {key: value for key, value in instance.tags}
            if any(key not in has or value not in (None, '', has[key]) for key, value in wanted):
                return False
        elif name == 'SecurityGroupId' and wanted not in instance.groups:
            return False
        elif name == 'LockReason' and wanted not in instance.locks:
            return False
        elif name == 'InstanceTypeFamily' and instance.type.rpartition('.')[0] != wanted:
            return False
    return not pattern or bool(pattern.fullmatch(instance.name))


def select(call, region, filters):
    instances = call.world.region(region)
    if filters.get('ResourceGroupId') == DEFAULT_GROUP:
        # Documented as the one that cannot be filtered by.
        return []
    if 'InstanceIds' in filters:
        chosen = [instances[i] for i in dict.fromkeys(filters['InstanceIds']) if i in instances]
    else:
        chosen = list(instances.values())
    pattern = name_pattern(filters['InstanceName']) if 'InstanceName' in filters else None
    rest = {name: value for name, value in filters.items()
            if name not in ('InstanceIds', 'InstanceName')}
    if rest or pattern:
        chosen = [each for each in chosen if passes(each, rest, pattern)]
    return chosen[:1000] if 'ResourceGroupId' in filters else chosen


def describe_instances(call):
    region = call.region()
    filters = instance_filters(call.parameters)
    call.allow('ecs:DescribeInstances', call.arns('instance', filters.get('InstanceIds', ['*'])))
    if call.parameters.flag('DryRun'):
        raise ApiError('DryRunOperation', 'Request validation has been passed with DryRun flag '
                       'set.', 400)
    page, fields = call.pager.cut(
        call.parameters, call.world.generation,
        ['DescribeInstances', call.key.account, region, sorted(filters.items())],
        lambda: select(call, region, filters), INSTANCE_PAGES)
    return {**fields, 'Instances': {'Instance': Instances(page)}}


def describe_instance_status(call):
    region = call.region()
    call.allow('ecs:DescribeInstanceStatus', call.arns('instance', ['*']))
    wanted = call.parameters.numbered('InstanceId')
    if len(wanted) > 100:
        raise ApiError('InvalidParameter', 'The specified parameter "InstanceId" is not valid.')
    filters = {'InstanceIds': wanted} if wanted else {}
    if call.parameters.get('ZoneId'):
        filters['ZoneId'] = call.parameters.get('ZoneId')
    # This one has only the numbered pages.
    page, fields = call.pager.cut(
        call.parameters, call.world.generation,
        ['DescribeInstanceStatus', call.key.account, region, sorted(filters.items())],
        lambda: select(call, region, filters), (10, 1, 50))
    return {**fields, 'InstanceStatuses': {'InstanceStatus': [
        {'InstanceId': each.id, 'Status': each.status} for each in page]}}


def list_resource_groups(call):
    call.allow('resourcemanager:ListResourceGroups',
               [f'acs:resourcemanager:*:{call.key.account}:*'])
    parameters = call.parameters
    parameters.one_of('Status', ('Creating', 'OK', 'PendingDelete'))
    wanted = {'Name': parameters.get('Name'), 'DisplayName': parameters.get('DisplayName'),
              'Status': parameters.get('Status')}
    ids = parameters.numbered('ResourceGroupIds') or (parameters.json_list('ResourceGroupIds')
                                                      or [])
    groups = [group for group in call.world.resource_groups
              if all(not value or group[name] == value for name, value in wanted.items())
              and (not ids or group['Id'] in ids)]
    size = parameters.integer('PageSize', 10, 1, 100)
    number = parameters.integer('PageNumber', 1, 1, 10 ** 6)
    return {'TotalCount': len(groups), 'PageNumber': number, 'PageSize': size,
            'ResourceGroups': {'ResourceGroup': groups[(number - 1) * size:number * size]}}


def fingerprint(key_line):
    """As cloud-init prints it: bits SHA256:… comment (TYPE)."""
    kind, text = key_line.split()[:2]
    blob = base64.b64decode(text)
    digest = base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip('=')
    name = {'ssh-ed25519': 'ED25519', 'ssh-rsa': 'RSA', 'ssh-dss': 'DSA'}.get(kind, 'ECDSA')
    bits = 256
    if kind == 'ssh-rsa':
        # The last part of the blob is the modulus, with a zero in front for its sign.
        at = 4 + int.from_bytes(blob[:4], 'big')
        at += 4 + int.from_bytes(blob[at:at + 4], 'big')
        bits = int.from_bytes(blob[at + 4:], 'big').bit_length()
    elif kind.startswith('ecdsa-sha2-nistp'):
        bits = int(kind.removeprefix('ecdsa-sha2-nistp'))
    return f'{bits} SHA256:{digest}', name


def console_text(instance, host_keys):
    """The end of a boot with cloud-init, between what a kernel says and the login prompt."""
    stamp = '<14>Jan  5 06:31:10 ec2: '
    lines = ['[    0.000000] Linux version 5.10.134-16.3.al8.x86_64', '[    1.702381] systemd[1]:'
             f' Set hostname to <{instance.host_name}>.', stamp + '#' * 61,
             stamp + '-----BEGIN SSH HOST KEY FINGERPRINTS-----']
    for key in host_keys:
        print_, name = fingerprint(key)
        lines.append(f'{stamp}{print_} root@{instance.host_name} ({name})')
    lines += [stamp + '-----END SSH HOST KEY FINGERPRINTS-----', stamp + '#' * 61,
              '-----BEGIN SSH HOST KEY KEYS-----']
    lines += [' '.join(key.split()[:2]) + f' root@{instance.host_name}' for key in host_keys]
    lines += ['-----END SSH HOST KEY KEYS-----', '', 'Alibaba Cloud Linux 3 (Soaring Falcon)',
              f'{instance.host_name} login: ']
    return '\r\n'.join(lines)


def get_console_output(call):
    region = call.region()
    instance_id = call.parameters.need('InstanceId')
    call.allow('ecs:GetInstanceConsoleOutput', call.arns('instance', [instance_id]))
    instance = call.world.instance(region, instance_id)
    text = ''
    if instance.os == 'linux' and instance.status != 'Pending':
        keys = instance.host_keys if instance.host_keys is not None else call.host_keys
        text = console_text(instance, keys) if instance.console is None else instance.console
    updated = instance.console_time
    if instance.clock:
        updated = stamp(calendar.timegm(time.strptime(updated, TIME)) + instance.clock)
    return {'InstanceId': instance_id, 'LastUpdateTime': updated,
            'ConsoleOutput': base64.b64encode(text.encode()).decode()}
