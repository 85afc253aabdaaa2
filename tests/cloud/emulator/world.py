# SPDX-License-Identifier: GPL-3.0-or-later
"""What an account has: regions, instances, groups; and the cutting of lists into pages."""
import base64
import collections
import hashlib
import hmac
import json

from .errors import ApiError

# Names of a region: Chinese (the default of AcceptLanguage) and English.
REGIONS = {
    'cn-hangzhou': ('华东1（杭州）', 'China (Hangzhou)'),
    'cn-beijing': ('华北2（北京）', 'China (Beijing)'),
    'cn-shanghai': ('华东2（上海）', 'China (Shanghai)'),
    'ap-southeast-1': ('新加坡', 'Singapore'),
    'eu-central-1': ('德国（法兰克福）', 'Germany (Frankfurt)'),
    'us-west-1': ('美国（硅谷）', 'US (Silicon Valley)'),
    'cn-qingdao': ('华北1（青岛）', 'China (Qingdao)'),
    'cn-zhangjiakou': ('华北3（张家口）', 'China (Zhangjiakou)'),
    'cn-huhehaote': ('华北5（呼和浩特）', 'China (Hohhot)'),
    'cn-wulanchabu': ('华北6（乌兰察布）', 'China (Ulanqab)'),
    'cn-nanjing': ('华东5（南京-本地地域）', 'China (Nanjing - Local Region)'),
    'cn-fuzhou': ('华东6（福州-本地地域）', 'China (Fuzhou - Local Region)'),
    'cn-wuhan-lr': ('华中1（武汉-本地地域）', 'China (Wuhan - Local Region)'),
    'cn-shenzhen': ('华南1（深圳）', 'China (Shenzhen)'),
    'cn-heyuan': ('华南2（河源）', 'China (Heyuan)'),
    'cn-guangzhou': ('华南3（广州）', 'China (Guangzhou)'),
    'cn-chengdu': ('西南1（成都）', 'China (Chengdu)'),
    'cn-hongkong': ('中国香港', 'China (Hong Kong)'),
    'ap-northeast-1': ('日本（东京）', 'Japan (Tokyo)'),
    'ap-northeast-2': ('韩国（首尔）', 'South Korea (Seoul)'),
    'ap-southeast-3': ('马来西亚（吉隆坡）', 'Malaysia (Kuala Lumpur)'),
    'ap-southeast-5': ('印度尼西亚（雅加达）', 'Indonesia (Jakarta)'),
    'ap-southeast-6': ('菲律宾（马尼拉）', 'Philippines (Manila)'),
    'ap-southeast-7': ('泰国（曼谷）', 'Thailand (Bangkok)'),
    'us-east-1': ('美国（弗吉尼亚）', 'US (Virginia)'),
    'us-southeast-1': ('美国（亚特兰大）', 'US (Atlanta)'),
    'na-south-1': ('墨西哥', 'Mexico'),
    'eu-west-1': ('英国（伦敦）', 'UK (London)'),
    'me-east-1': ('阿联酋（迪拜）', 'UAE (Dubai)'),
    'me-central-1': ('沙特（利雅得）', 'SAU (Riyadh - Partner Region)'),
}
DEFAULT_GROUP = 'rg-acfmydefault'
ENCODE = json.JSONEncoder(ensure_ascii=False).encode
STATUSES = ('Pending', 'Running', 'Starting', 'Stopping', 'Stopped')
DEFAULTS = {
    'name': '', 'status': 'Running', 'network': 'vpc', 'group': '', 'os': 'linux',
    'os_name': 'Alibaba Cloud Linux 3.2104 LTS 64位',
    'os_name_en': 'Alibaba Cloud Linux  3.2104 LTS 64 bit',
    'image': 'aliyun_3_x64_20G_alibase_20240528.vhd', 'type': 'ecs.g7.large', 'cpu': 2,
    'memory': 8192, 'key_pair': '', 'description': '', 'created': '2024-03-01T08:00Z',
    'started': '2026-01-05T06:30Z', 'expires': '2099-12-31T15:59Z', 'charge': 'PostPaid',
    'public': (), 'eip': '', 'private': (), 'inner': (), 'ipv6': (), 'vpc': '', 'vswitch': '',
    'groups': (), 'tags': (), 'locks': (), 'non_root': False,
    # Not of DescribeInstances: the agent inside, how a command to it ends (an ErrorCode), and the
    # state where it is held up (Nothing, Pending or Running).
    'agent': True, 'agent_version': '2.2.3.857', 'plugin': False, 'busy': 0, 'assist_error': '',
    'assist_hold': '',
    # What a command of one kind does instead, see agent.Assistant; the key types that the plug-in
    # takes (None: all).
    'assist': None, 'key_types': None,
    # How many seconds its clock is ahead, which shows in every time that comes from inside.
    'clock': 0,
    # What the console says: of these keys (None: the real server's), or this text.
    'host_keys': None, 'console': None, 'console_time': '2026-01-05T06:31:12Z', 'raw': None,
}


class Instance:
    """Fifty thousand of them must fit: what is as usual is not stored, the text is made late."""
    __slots__ = ('fields', 'text')

    def __init__(self, fields):
        self.fields = fields
        self.text = None

    def __getattr__(self, name):
        fields = object.__getattribute__(self, 'fields')
        if name in fields:
            return fields[name]
        try:
            return DEFAULTS[name]
        except KeyError:
            raise AttributeError(name) from None

    def encoded(self):
        if self.text is None:
            self.text = ENCODE(self.described()).encode('utf-8', 'replace')
        return self.text

    def described(self):
        """As DescribeInstances shows it."""
        f = {**DEFAULTS, **self.fields}
        in_vpc, short = f['network'] == 'vpc', f['id'][2:]
        described = {
            'InstanceId': f['id'], 'InstanceName': f['name'], 'HostName': self.host_name,
            'Description': f['description'], 'Status': f['status'], 'RegionId': f['region'],
            'ZoneId': f['zone'], 'ResourceGroupId': f['group'],
            'InstanceNetworkType': f['network'], 'OSType': f['os'], 'OSName': f['os_name'],
            'OSNameEn': f['os_name_en'], 'ImageId': f['image'], 'InstanceType': f['type'],
            'InstanceTypeFamily': f['type'].rpartition('.')[0], 'Cpu': f['cpu'],
            'Memory': f['memory'], 'CreationTime': f['created'],
            'StartTime': '' if f['status'] == 'Pending' else f['started'],
            'ExpiredTime': f['expires'], 'AutoReleaseTime': '', 'InstanceChargeType': f['charge'],
            'StoppedMode': 'KeepCharging' if f['status'] == 'Stopped' else 'Not-applicable',
            'DeletionProtection': False, 'Recyclable': bool(f['locks']), 'IoOptimized': True,
            'PublicIpAddress': {'IpAddress': f['public']},
            'EipAddress': {'AllocationId': f'eip-{short}' if f['eip'] else '',
                           'IpAddress': f['eip'], 'Bandwidth': 5 if f['eip'] else 0,
                           'InternetChargeType': 'PayByTraffic' if f['eip'] else '',
                           'IsSupportUnassociate': bool(f['eip'])},
            'InnerIpAddress': {'IpAddress': f['inner']},
            'VpcAttributes': {'VpcId': f['vpc'], 'VSwitchId': f['vswitch'], 'NatIpAddress': '',
                              'PrivateIpAddress': {'IpAddress': f['private']}},
            'SecurityGroupIds': {'SecurityGroupId': f['groups']},
            'Tags': {'Tag': [{'TagKey': k, 'TagValue': v} for k, v in f['tags']]},
            'OperationLocks': {'LockReason': [{'LockReason': r, 'LockMsg': ''}
                                              for r in f['locks']]},
            'NetworkInterfaces': {'NetworkInterface': [interface(f)] if in_vpc else []},
            'ImageOptions': {'LoginAsNonRoot': f['non_root']},
        }
        if f['key_pair']:
            described['KeyPairName'] = f['key_pair']
        if f['raw']:
            described.update(f['raw'])
        return described

    @property
    def host_name(self):
        return 'iZ' + self.id[2:] + 'Z'


def interface(fields):
    primary = fields['private'][0] if fields['private'] else ''
    end = fields['id'][-3:].encode().hex(':')
    return {'NetworkInterfaceId': 'eni-' + fields['id'][2:], 'Type': 'Primary',
            'MacAddress': f'00:16:3e:{end}', 'PrimaryIpAddress': primary,
            'PrivateIpSets': {'PrivateIpSet': [
                {'PrivateIpAddress': each, 'Primary': each == primary}
                for each in fields['private']]},
            'Ipv6Sets': {'Ipv6Set': [{'Ipv6Address': each} for each in fields['ipv6']]}}


class World:
    """What one account has. Regions are filled when first asked for."""

    def __init__(self, account):
        self.account = account
        self.makers = {region: [] for region in REGIONS}
        self.regions = {}
        self.resource_groups = []
        self.security_groups = {}
        self.invocations = {}
        self.generation = 0

    def region(self, region):
        if region not in REGIONS:
            raise ApiError('InvalidRegionId.NotFound')
        if region not in self.regions:
            self.regions[region] = {i.id: i for make in self.makers[region] for i in make()}
        return self.regions[region]

    def instance(self, region, instance_id, error='InvalidInstanceId.NotFound'):
        try:
            return self.region(region)[instance_id]
        except KeyError:
            raise ApiError(error) from None

    def find(self, instance_id):
        """Wherever it is; for the control of the emulator."""
        for region in REGIONS:
            if instance_id in self.region(region):
                return self.region(region)[instance_id]
        raise ApiError('InvalidInstanceId.NotFound')

    def prepare(self):
        for region in REGIONS:
            for each in self.region(region).values():
                each.encoded()

    def change(self, instance, fields):
        unknown = set(fields) - set(DEFAULTS)
        if unknown:
            raise ApiError('InvalidParameter', f'no such fields: {sorted(unknown)}')
        instance.fields.update(fields)
        instance.text = None
        self.generation += 1

    def add(self, fields):
        self.region(fields['region'])[fields['id']] = Instance(fields)
        self.generation += 1

    def release(self, instance):
        del self.region(instance.region)[instance.id]
        self.generation += 1


class Pager:
    """Lists in pages, by token or by number. A token stands for the list as it was on the first
    page, so that nothing is missed or doubled while it changes; no page costs a walk over all."""
    KEPT = 256

    def __init__(self, secret=b'gangway'):
        self.secret = secret
        self.lists = collections.OrderedDict()

    def _token(self, *parts):
        text = json.dumps(parts, separators=(',', ':')).encode()
        mark = hmac.new(self.secret, text, hashlib.sha256).digest()[:6]
        return base64.urlsafe_b64encode(mark + text).decode().rstrip('=')

    def _open(self, token):
        try:
            data = base64.urlsafe_b64decode(token + '=' * (-len(token) % 4))
            if self._token(*json.loads(data[6:])) == token:
                return json.loads(data[6:])
        except ValueError:
            pass
        raise ApiError('InvalidParameter.NextToken')

    def page_number(self, parameters):
        """Which page is asked for, 1 or more, for rules that strike a certain one."""
        try:
            return self._open(parameters.get('NextToken'))[3]
        except ApiError:
            number = parameters.get('PageNumber')
            return int(number) if number.isdecimal() else 1

    def cut(self, parameters, generation, key, make, sizes):
        """The page's items and the fields of the answer. key names the list: filters and all."""
        default, low, high = sizes
        size = parameters.integer('MaxResults', default, low, high, clamp=True)
        token = parameters.get('NextToken')
        digest = hashlib.sha256(json.dumps(key).encode('utf-8', 'replace')).hexdigest()[:16]
        if token:
            was, generation, offset, number = self._open(token)
            if was != digest or (digest, generation) not in self.lists:
                raise ApiError('InvalidParameter.NextToken')
        else:
            offset, number = 0, 1
            if (digest, generation) not in self.lists:
                self.lists[digest, generation] = make()
        items = self.lists[digest, generation]
        self.lists.move_to_end((digest, generation))
        while len(self.lists) > self.KEPT:
            self.lists.popitem(last=False)
        if not token and not parameters.get('MaxResults'):
            return self._by_number(parameters, items, default, high)
        end = offset + size
        # Documented as meaningless once there is a token.
        fields = {'TotalCount': 0 if token else len(items), 'PageNumber': 0 if token else 1,
                  'PageSize': size, 'NextToken': ''}
        if end < len(items):
            fields['NextToken'] = self._token(digest, generation, end, number + 1)
        return items[offset:end], fields

    @staticmethod
    def _by_number(parameters, items, default, high):
        size = parameters.integer('PageSize', default, 1, high, clamp=True)
        number = parameters.integer('PageNumber', 1, 1, 10 ** 6)
        start = (number - 1) * size
        return items[start:start + size], {'TotalCount': len(items), 'PageNumber': number,
                                           'PageSize': size, 'NextToken': ''}
