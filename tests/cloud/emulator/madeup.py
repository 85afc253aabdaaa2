# SPDX-License-Identifier: GPL-3.0-or-later
"""Made-up accounts: a playground of some forty instances, and any number of plain ones. The same
seed makes the same."""
import ipaddress
import itertools
import random

from . import accounts
from .world import DEFAULT_GROUP, REGIONS, Instance, World

UBUNTU = {'os_name': 'Ubuntu  22.04 64位', 'os_name_en': 'Ubuntu  22.04 64 bit',
          'image': 'ubuntu_22_04_x64_20G_alibase_20240530.vhd'}
WINDOWS = {'os': 'windows', 'os_name': 'Windows Server  2022 数据中心版 64位中文版',
           'os_name_en': 'Windows Server  2022 Datacenter Edition 64bit Chinese Edition',
           'image': 'win2022_21H2_x64_dtc_zh-cn_40G_alibase_20240515.vhd'}
PREPAID = {'charge': 'PrePaid'}
PROD, TEST = [['env', 'prod']], [['env', 'test']]
HANGZHOU = (
    # `here` is how many addresses of the real server it gets, where there is one.
    {'name': 'web-1', 'here': ('public', 'private'), 'tags': PROD + [['role', 'web']],
     'group': 'rg-shop', 'key_pair': 'ops-2024'},
    {'name': 'web-2', 'here': ('eip', 'private'), 'tags': PROD + [['role', 'web']],
     'group': 'rg-shop', 'key_pair': 'ops-2024'},
    {'name': 'web-2', 'here': ('private',), 'tags': TEST + [['role', 'web']]},
    {'name': 'db-1', 'here': ('private',), 'tags': PROD + [['role', 'db']], 'group': 'rg-shop',
     **PREPAID},
    {'name': 'db-2', 'status': 'Stopped', 'tags': PROD + [['role', 'db']], 'group': 'rg-shop',
     **PREPAID},
    {'name': 'ubuntu-non-root', 'here': ('public', 'private'), 'non_root': True, **UBUNTU},
    {'name': 'classic-1', 'network': 'classic', 'here': ('public', 'inner'),
     'groups': ['sg-classiccnhangzhou']},
    {'name': 'classic-internal', 'network': 'classic', 'here': ('inner',),
     'groups': ['sg-classiccnhangzhou']},
    {'name': 'bastion', 'here': ('public', 'eip', 'private'), 'group': 'rg-shop'},
    {'name': 'starting-1', 'status': 'Starting'},
    {'name': 'pending-1', 'status': 'Pending', 'private': [], 'groups': []},
    {'name': 'stopping-1', 'status': 'Stopping'},
    {'name': 'owing', 'status': 'Stopped', 'locks': ['financial'], **PREPAID},
    {'name': 'locked-for-security', 'locks': ['security'], 'public': ['203.0.113.66']},
    {'name': 'expired', 'status': 'Stopped', 'expires': '2026-01-31T15:59Z',
     'locks': ['financial'], **PREPAID},
    {'name': 'office-desktop', 'public': ['203.0.113.40'], **WINDOWS},
    {'name': '没有代理的实例', 'here': ('public', 'private'), 'agent': False,
     'agent_version': ''},
    {'name': 'old-agent', 'here': ('private',), 'agent_version': '2.2.0.106'},
)
ELSEWHERE = {
    'cn-beijing': (
        {'name': 'ml-1', 'here': ('eip', 'private'), 'group': 'rg-lab',
         'tags': [['team', 'research'], ['gpu', '']]},
        {'name': 'ml-2', 'status': 'Stopped', 'group': 'rg-lab'},
        {'name': 'batch', 'group': 'rg-lab'}, {'name': 'batch', 'group': 'rg-lab'},
        {'name': 'batch', 'group': 'rg-lab', 'status': 'Stopped'},
        {'name': 'jump', 'here': ('public', 'private')}),
    'cn-shanghai': (
        {'name': 'ipv6-only', 'private': [], 'ipv6': ['2001:db8:60::7']},
        {'name': 'dual-stack', 'here': ('private',), 'ipv6': ['2001:db8:60::8']},
        {'name': 'no address at all', 'private': []},
        {'name': 'finance-1', 'group': 'rg-finance', 'tags': [['cost-centre', '4711']]},
        {'name': 'finance-2', 'group': 'rg-finance', 'status': 'Stopped'},
        {'name': 'finance-win', 'group': 'rg-finance', **WINDOWS}),
    'ap-southeast-1': (
        {'name': 'web-1', 'here': ('public', 'private'), 'group': 'rg-shop', **UBUNTU},
        {'name': 'web-2', 'here': ('eip', 'private'), 'group': 'rg-shop', **UBUNTU},
        {'name': 'cache', 'group': 'rg-shop'}, {'name': 'queue', 'group': 'rg-shop'},
        {'name': 'an instance with a name that is much longer than any sidebar will ever be wide',
         'description': 'A description\nof two lines.'}),
    'eu-central-1': (
        {'name': 'frankfurt-1', 'here': ('public', 'private'), **UBUNTU},
        {'name': 'frankfurt-2', 'status': 'Stopped', **UBUNTU},
        {'name': 'in no group', 'here': ('private',), 'groups': []}),
    'us-west-1': ({'name': 'valley', 'here': ('eip', 'private')},
                  {'name': '', 'status': 'Stopped'}),
}
RESOURCE_GROUPS = ((DEFAULT_GROUP, 'default', 'default resource group'),
                   ('rg-shop', 'shop', 'Shop'), ('rg-lab', 'lab', 'Lab <research> & co'),
                   ('rg-finance', 'finance', '财务'))


def rule(number, **fields):
    made = {'SecurityGroupRuleId': f'sgr-{number:08d}', 'Direction': 'ingress',
            'IpProtocol': 'TCP', 'PortRange': '22/22', 'SourceCidrIp': '', 'Ipv6SourceCidrIp': '',
            'SourceGroupId': '', 'SourcePrefixListId': '', 'SourcePortRange': '',
            'DestCidrIp': '', 'NicType': 'intranet', 'Policy': 'Accept', 'Priority': '1',
            'Description': '', 'CreateTime': '2024-03-01T08:00:00Z'}
    made.update(fields)
    return made


def security_group(group_id, region, name, network, rules):
    return {'region': region, 'rules': rules, 'fields': {
        'SecurityGroupId': group_id, 'SecurityGroupName': name,
        'Description': f'A group of {region}', 'VpcId': network, 'SecurityGroupType': 'normal',
        'ResourceGroupId': '', 'CreationTime': '2024-03-01T08:00:00Z', 'ServiceManaged': False,
        'Tags': {'Tag': []}}}


def security_groups(world, region, network):
    """Two in each region: one that admits SSH, one that does not; in the oldest one also that of
    its classic network."""
    short = region.replace('-', '')
    if region == 'cn-hangzhou':
        group_id = f'sg-classic{short}'
        world.security_groups[group_id] = security_group(group_id, region, 'classic', '', [
            rule(7, NicType='internet', SourceCidrIp='0.0.0.0/0'),
            rule(8, SourceCidrIp='10.0.0.0/8')])
    for kind, rules in (
            ('open', [rule(1, SourceCidrIp='0.0.0.0/0'), rule(2, Ipv6SourceCidrIp='::/0'),
                      rule(3, IpProtocol='ICMP', PortRange='-1/-1', SourceCidrIp='0.0.0.0/0')]),
            ('web', [rule(4, PortRange='80/80', SourceCidrIp='0.0.0.0/0'),
                     rule(5, SourceCidrIp='10.0.0.0/8', Priority='10'),
                     rule(6, SourceCidrIp='10.9.0.0/16', Policy='Drop', Priority='5')])):
        group_id = f'sg-{kind}{short}'
        world.security_groups[group_id] = security_group(group_id, region, kind, network, rules)


def instance_id(rng):
    return f'i-bp1{rng.getrandbits(60):015x}'


def from_template(template, region, rng, addresses):
    fields = {k: v for k, v in template.items() if k != 'here'}
    fields.update(id=instance_id(rng), region=region, zone=f'{region}-{rng.choice("bghi")}')
    vpc = fields.get('network', 'vpc') == 'vpc'
    private = f'172.16.{rng.randrange(1, 250)}.{rng.randrange(2, 250)}'
    fields.setdefault('groups', [f'sg-open{region.replace("-", "")}'])
    if vpc:
        fields.update(vpc=f'vpc-{region}', vswitch=f'vsw-{fields["zone"]}')
        fields.setdefault('private', [private])
    made_up = {'public': '203.0.113.%d', 'eip': '198.51.100.%d', 'private': '172.16.0.%d',
               'inner': '10.24.0.%d'}
    for kind in template.get('here', ()):
        address = addresses(kind) or made_up[kind] % rng.randrange(2, 250)
        fields[kind] = address if kind == 'eip' else [address]
    return Instance(fields)


def address_source(options):
    """A function of the kind: the real server's addresses, again and again; None where there is
    no server. With networks each of an instance's own."""
    if options.public_network:
        public, private = (ipaddress.ip_network(each).hosts() for each in (
            options.public_network, options.private_network))
        return lambda kind: str(next(public if kind in ('public', 'eip') else private))
    around = itertools.cycle(options.addresses or [None])
    return lambda kind: next(around)


def make_playground(world, options):
    source = address_source(options)
    for region, templates in {'cn-hangzhou': HANGZHOU, **ELSEWHERE}.items():
        rng = random.Random(f'{options.seed}/{region}')
        made = [from_template(each, region, rng, source) for each in templates]
        world.makers[region].append(lambda made=made: made)


def plain_instances(region, count, seed):
    rng = random.Random(f'{seed}/plain/{region}')
    zones = [f'{region}-{letter}' for letter in 'bghi']
    group = [f'sg-open{region.replace("-", "")}']
    tags = [[['env', env], ['role', role]] for env in ('prod', 'test', 'dev')
            for role in ('web', 'db', 'cache', 'batch')]
    statuses = ['Running'] * 17 + ['Stopped'] * 2 + ['Starting']
    resource_groups = [each[0] for each in RESOURCE_GROUPS]
    for number in range(count):
        tag = rng.choice(tags)
        fields = {'id': instance_id(rng), 'name': f'{tag[1][1]}-{tag[0][1]}-{number:05d}',
                  'region': region, 'zone': rng.choice(zones), 'status': rng.choice(statuses),
                  'tags': tag, 'groups': group, 'group': rng.choice(resource_groups),
                  'vpc': f'vpc-{region}', 'vswitch': f'vsw-{region}',
                  'private': [f'10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}']}
        if number % 3 == 0:
            fields['public'] = [f'203.0.{rng.randrange(113, 120)}.{rng.randrange(1, 255)}']
        yield Instance(fields)


def make_worlds(options):
    """By account. options: seed, addresses or networks, instances (None: the playground),
    regions."""
    worlds = {}
    for account in (accounts.OWNER, accounts.NEIGHBOUR):
        worlds[account] = world = World(account)
        world.resource_groups = [
            {'Id': group, 'Name': name, 'DisplayName': display, 'AccountId': account,
             'Status': 'OK', 'CreateDate': '2023-01-23T12:33:18Z'}
            for group, name, display in RESOURCE_GROUPS]
        for region in REGIONS:
            security_groups(world, region, f'vpc-{region}')
    owner, neighbour = worlds[accounts.OWNER], worlds[accounts.NEIGHBOUR]
    if options.instances is None:
        make_playground(owner, options)
    else:
        regions = list(REGIONS)[:options.regions]
        for index, region in enumerate(regions):
            share = (options.instances + len(regions) - 1 - index) // len(regions)
            owner.makers[region].append(
                lambda region=region, share=share: plain_instances(region, share, options.seed))
    neighbour.makers['cn-hangzhou'].append(lambda: plain_instances('cn-hangzhou', 3, 'neighbour'))
    return worlds
