# SPDX-License-Identifier: GPL-3.0-or-later
"""Security groups: their rules, and who is in them."""
import ipaddress
import re
import time

from .errors import ApiError

GROUPS_OF_AN_INSTANCE, RULES_OF_A_GROUP, INSTANCES_OF_A_GROUP = 5, 200, 2000
SOURCES = ('SourceCidrIp', 'Ipv6SourceCidrIp', 'SourceGroupId', 'SourcePrefixListId')
PROTOCOLS = {'TCP', 'UDP', 'ICMP', 'ICMPV6', 'GRE', 'ALL'}
# What makes two rules the same.
IDENTITY = ('Direction', 'IpProtocol', 'PortRange', 'SourcePortRange', 'DestCidrIp', 'NicType',
            'Policy', 'Priority', *SOURCES)


def find(call, region, group_id):
    group = call.world.security_groups.get(group_id)
    if not group or group['region'] != region:
        raise ApiError('InvalidSecurityGroupId.NotFound')
    return group


def check_own(group):
    if group['fields']['ServiceManaged']:
        raise ApiError('InvalidOperation.ResourceManagedByCloudProduct')


def members(call, group):
    group_id = group['fields']['SecurityGroupId']
    return sum(group_id in each.groups for each in call.world.region(group['region']).values())


def describe_groups(call):
    region = call.region()
    call.allow('ecs:DescribeSecurityGroups', call.arns('securitygroup', ['*']))
    parameters = call.parameters
    ids = parameters.json_list('SecurityGroupIds')
    if parameters.get('SecurityGroupId'):
        ids = [parameters.get('SecurityGroupId')]
    plain = {name: parameters.get(name) for name in (
        'VpcId', 'SecurityGroupName', 'ResourceGroupId', 'SecurityGroupType')}
    network = parameters.one_of('NetworkType', ('vpc', 'classic'))

    def make():
        return [group for group in call.world.security_groups.values()
                if group['region'] == region
                and (ids is None or group['fields']['SecurityGroupId'] in ids)
                and all(not v or group['fields'][k] == v for k, v in plain.items())
                and (not network or bool(group['fields']['VpcId']) == (network == 'vpc'))]
    page, fields = call.pager.cut(
        parameters, call.world.generation,
        ['DescribeSecurityGroups', call.key.account, region, ids, plain, network], make,
        (10, 1, 100))
    return {**fields, 'RegionId': region, 'SecurityGroups': {'SecurityGroup': [
        {**group['fields'], 'RuleCount': len(group['rules']), 'EcsCount': members(call, group),
         'AvailableInstanceAmount': INSTANCES_OF_A_GROUP - members(call, group)}
        for group in page]}}


def describe_attribute(call):
    region = call.region()
    group_id = call.parameters.need('SecurityGroupId')
    call.allow('ecs:DescribeSecurityGroupAttribute', call.arns('securitygroup', [group_id]))
    group = find(call, region, group_id)
    direction = call.parameters.one_of('Direction', ('ingress', 'egress', 'all')) or 'all'
    nic = call.parameters.one_of('NicType', ('intranet', 'internet'))
    if not nic:
        nic = 'intranet' if group['fields']['VpcId'] else 'internet'
    page, fields = call.pager.cut(
        call.parameters, call.world.generation,
        ['DescribeSecurityGroupAttribute', call.key.account, group_id, direction, nic],
        lambda: [dict(rule) for rule in group['rules'] if rule['NicType'] == nic
                 and direction in ('all', rule['Direction'])], (500, 10, 1000))
    described = group['fields']
    return {'NextToken': fields['NextToken'], 'RegionId': region, 'SecurityGroupId': group_id,
            'SecurityGroupName': described['SecurityGroupName'],
            'Description': described['Description'], 'VpcId': described['VpcId'],
            'InnerAccessPolicy': 'Accept', 'Permissions': {'Permission': page}}


def is_network(text, version):
    try:
        return ipaddress.ip_network(text, strict=False).version == version
    except ValueError:
        return False


def checked_rule(given, in_vpc):
    """A rule as the API keeps it, from the parameters of one permission."""
    protocol = given.get('IpProtocol', '').upper()
    if protocol not in PROTOCOLS:
        raise ApiError('InvalidIpProtocol.ValueNotSupported')
    ports = re.fullmatch(r'(-?[0-9]{1,5})/(-?[0-9]{1,5})', given.get('PortRange', ''))
    with_ports = protocol in ('TCP', 'UDP')
    if (not ports or (with_ports and not 1 <= int(ports[1]) <= int(ports[2]) <= 65535)
            or (not with_ports and ports[0] != '-1/-1')):
        raise ApiError('InvalidIpProtocol.ValueNotSupported')
    if not any(given.get(name) for name in SOURCES):
        raise ApiError('MissingParameter.Source')
    for name, version in (('SourceCidrIp', 4), ('Ipv6SourceCidrIp', 6)):
        if given.get(name) and not is_network(given[name], version):
            raise ApiError('InvalidSourceCidrIp.Malformed')
    priority = given.get('Priority') or '1'
    if not priority.isdecimal() or not 1 <= int(priority) <= 100:
        raise ApiError('InvalidPriority.ValueNotSupported')
    policy = (given.get('Policy') or 'accept').lower()
    if policy not in ('accept', 'drop'):
        raise ApiError('InvalidParameter', 'The specified parameter "Policy" is not valid.')
    if len(given.get('Description', '')) > 512:
        raise ApiError('InvalidParameter', 'The specified parameter "Description" is not valid.')
    rule = {'Direction': 'ingress', 'IpProtocol': protocol, 'PortRange': ports[0],
            'SourcePortRange': given.get('SourcePortRange', ''),
            'DestCidrIp': given.get('DestCidrIp', ''), 'Policy': policy.capitalize(),
            'NicType': given.get('NicType') or ('intranet' if in_vpc else 'internet'),
            'Priority': priority, 'Description': given.get('Description', '')}
    rule.update({name: given.get(name, '') for name in SOURCES})
    return rule


def given_rules(call, group):
    given = call.parameters.objects('Permissions')
    if not given:
        # The old way, one rule with its parameters beside the others.
        flat = {name: call.parameters.get(name) for name in (
            'IpProtocol', 'PortRange', 'Policy', 'Priority', 'NicType', 'Description',
            'SourcePortRange', 'DestCidrIp', *SOURCES)}
        for name in ('IpProtocol', 'PortRange'):
            call.parameters.need(name)
        given = [flat]
    if len(given) > 100:
        raise ApiError('InvalidParameter', 'The specified parameter "Permissions" is not valid.')
    return [checked_rule(each, bool(group['fields']['VpcId'])) for each in given]


def same(one, other):
    return all(one[name] == other[name] for name in IDENTITY)


def authorize(call):
    region = call.region()
    group_id = call.parameters.need('SecurityGroupId')
    call.allow('ecs:AuthorizeSecurityGroup', call.arns('securitygroup', [group_id]))
    group = find(call, region, group_id)
    check_own(group)
    new = [rule for rule in given_rules(call, group)
           if not any(same(rule, old) for old in group['rules'])]
    if len(group['rules']) + len(new) > RULES_OF_A_GROUP:
        raise ApiError('AuthorizationLimitExceed')
    for rule in new:
        rule['SecurityGroupRuleId'] = call.new_id('sgr-')
        rule['CreateTime'] = time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(call.now))
        group['rules'].append(rule)
    call.world.generation += 1
    return {}


def revoke(call):
    region = call.region()
    group_id = call.parameters.need('SecurityGroupId')
    call.allow('ecs:RevokeSecurityGroup', call.arns('securitygroup', [group_id]))
    group = find(call, region, group_id)
    check_own(group)
    ids = call.parameters.numbered('SecurityGroupRuleId')
    if ids:
        if not set(ids) <= {rule['SecurityGroupRuleId'] for rule in group['rules']}:
            raise ApiError('InvalidSecurityGroupRuleId.NotFound')
        group['rules'] = [r for r in group['rules'] if r['SecurityGroupRuleId'] not in ids]
    else:
        # A rule that is not there is as good as revoked.
        old = given_rules(call, group)
        group['rules'] = [r for r in group['rules'] if not any(same(r, each) for each in old)]
    call.world.generation += 1
    return {}


def join(call, leave=False):
    group_id = call.parameters.need('SecurityGroupId')
    instance_id = call.parameters.need('InstanceId')
    call.allow('ecs:LeaveSecurityGroup' if leave else 'ecs:JoinSecurityGroup',
               call.arns('instance', [instance_id]) + call.arns('securitygroup', [group_id]))
    group = call.world.security_groups.get(group_id)
    if not group:
        raise ApiError('InvalidSecurityGroupId.NotFound')
    instance = call.world.instance(group['region'], instance_id)
    if instance.status not in ('Running', 'Stopped'):
        raise ApiError('IncorrectInstanceStatus')
    check_own(group)
    if 'security' in instance.locks:
        raise ApiError('InstanceLockedForSecurity')
    inside = list(instance.groups)
    if leave:
        if group_id not in inside:
            raise ApiError('InvalidInstanceId.NotFound')
        inside.remove(group_id)
    else:
        if group_id in inside:
            raise ApiError('InvalidInstanceId.AlreadyExists')
        if group['fields']['VpcId'] != instance.vpc:
            raise ApiError('InvalidInstanceId.Mismatch')
        if len(inside) >= GROUPS_OF_AN_INSTANCE:
            raise ApiError('InstanceSecurityGroupLimitExceeded')
        if members(call, group) >= INSTANCES_OF_A_GROUP:
            raise ApiError('SecurityGroupInstanceLimitExceeded')
        inside.append(group_id)
    call.world.change(instance, {'groups': inside})
    return {}


def leave(call):
    return join(call, leave=True)
