#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator's lists: pages, filters, groups, the console; and many instances."""
import base64
import json
import time
import unittest

import cloud_client
from cloud_client import CloudTest, Emulator


class Instances(CloudTest):
    arguments = ('--address', '127.0.2.1', '--address', '127.0.2.2')

    def names(self, region='cn-hangzhou', **filters):
        return [each['InstanceName'] for each in self.cloud.instances(region, **filters)]

    def test_playground(self):
        found = {}
        for region in self.ok('DescribeRegions')['Regions']['Region']:
            for each in self.cloud.instances(region['RegionId']):
                self.assertEqual(each['RegionId'], region['RegionId'])
                found[each['InstanceId']] = each
        self.assertEqual(len(found), 40)
        self.assertEqual({each['Status'] for each in found.values()},
                         {'Pending', 'Running', 'Starting', 'Stopping', 'Stopped'})
        by_name = {each['InstanceName']: each for each in found.values()}
        self.assertEqual(by_name['web-1']['OSType'], 'linux')
        self.assertEqual(by_name['office-desktop']['OSType'], 'windows')
        self.assertTrue(by_name['ubuntu-non-root']['ImageOptions']['LoginAsNonRoot'])
        self.assertEqual(by_name['owing']['OperationLocks']['LockReason'][0]['LockReason'],
                         'financial')
        classic = by_name['classic-1']
        self.assertEqual((classic['InstanceNetworkType'], classic['VpcAttributes']['VpcId']),
                         ('classic', ''))
        self.assertIn(classic['InnerIpAddress']['IpAddress'][0], ('127.0.2.1', '127.0.2.2'))
        bare = by_name['no address at all']
        self.assertFalse(bare['PublicIpAddress']['IpAddress'] or bare['EipAddress']['IpAddress']
                         or bare['VpcAttributes']['PrivateIpAddress']['IpAddress'])
        six = by_name['ipv6-only']['NetworkInterfaces']['NetworkInterface'][0]['Ipv6Sets']
        self.assertEqual(six['Ipv6Set'][0]['Ipv6Address'], '2001:db8:60::7')

    def test_pages(self):
        # 18 in all; less than 10 on a page is not to be had.
        token, sizes, ids = {}, [], []
        while True:
            answer = self.ok('DescribeInstances', RegionId='cn-hangzhou', MaxResults='1', **token)
            sizes.append(len(answer['Instances']['Instance']))
            ids += [each['InstanceId'] for each in answer['Instances']['Instance']]
            if not answer['NextToken']:
                break
            token = {'NextToken': answer['NextToken']}
        self.assertEqual(sizes, [10, 8])
        self.assertEqual(len(set(ids)), 18)
        # Another list's token, and none at all.
        self.ok('DescribeInstances', RegionId='cn-beijing', MaxResults='10')
        self.refused('InvalidParameter.NextToken', 'DescribeInstances', RegionId='cn-beijing',
                     **token)
        self.refused('InvalidParameter.NextToken', 'DescribeInstances', RegionId='cn-hangzhou',
                     NextToken='nonsense')
        self.refused('InvalidParameter', 'DescribeInstances', RegionId='cn-hangzhou',
                     MaxResults='many')

    def test_pages_while_things_change(self):
        first = self.ok('DescribeInstances', RegionId='cn-hangzhou', MaxResults='10')
        new = {'id': 'i-new', 'region': 'cn-hangzhou', 'name': 'new'}
        self.cloud.control(add=new)
        rest = self.ok('DescribeInstances', RegionId='cn-hangzhou', MaxResults='10',
                       NextToken=first['NextToken'])
        both = first['Instances']['Instance'] + rest['Instances']['Instance']
        self.assertEqual(len({each['InstanceId'] for each in both}), 18)
        self.assertIn('new', self.names())
        self.cloud.control(change={'id': 'i-new', 'status': 'Stopped', 'name': 'renamed'})
        self.assertEqual(self.names(InstanceIds='["i-new"]', Status='Stopped'), ['renamed'])
        self.cloud.control(release='i-new')
        self.assertNotIn('renamed', self.names())

    def test_numbered_pages(self):
        answer = self.ok('DescribeInstances', RegionId='cn-hangzhou', PageSize='7',
                         PageNumber='3')
        self.assertEqual((len(answer['Instances']['Instance']), answer['TotalCount'],
                          answer['PageNumber'], answer['PageSize']), (4, 18, 3, 7))
        answer = self.ok('DescribeInstances', RegionId='cn-hangzhou')
        self.assertEqual(len(answer['Instances']['Instance']), 10)

    def test_filters(self):
        self.assertEqual(self.names(InstanceName='web-*'), ['web-1', 'web-2', 'web-2'])
        self.assertEqual(self.names(InstanceName='*-desktop'), ['office-desktop'])
        self.assertEqual(self.names(Status='Starting'), ['starting-1'])
        self.assertEqual(self.names(InstanceNetworkType='classic'),
                         ['classic-1', 'classic-internal'])
        self.assertEqual(self.names(KeyPairName='ops-2024'), ['web-1', 'web-2'])
        self.assertEqual(self.names(LockReason='security'), ['locked-for-security'])
        self.assertEqual(self.names(**{'Tag.1.Key': 'env', 'Tag.1.Value': 'prod',
                                       'Tag.2.Key': 'role', 'Tag.2.Value': 'db'}),
                         ['db-1', 'db-2'])
        self.assertEqual(self.names('cn-beijing', **{'Tag.1.Key': 'gpu'}), ['ml-1'])
        self.assertEqual(self.names('cn-shanghai', ResourceGroupId='rg-finance',
                                    Status='Stopped'), ['finance-2'])
        self.assertEqual(self.names('cn-shanghai', **{'Ipv6Address.1': '2001:db8:60::8'}),
                         ['dual-stack'])
        self.assertEqual(self.names(PublicIpAddresses='["203.0.113.40"]'), ['office-desktop'])
        self.assertEqual(self.names(InstanceName='nothing'), [])
        self.assertEqual(self.names(ResourceGroupId='rg-acfmydefault'), [])
        first = self.cloud.instances('cn-hangzhou')[0]['InstanceId']
        self.assertEqual(self.names(InstanceIds=json.dumps([first, 'i-unknown', first])),
                         ['web-1'])
        self.assertEqual(self.names('cn-beijing', InstanceIds=json.dumps([first])), [])
        self.refused('InvalidParameter', 'DescribeInstances', RegionId='cn-hangzhou',
                     Status='Dancing')
        self.refused('InvalidParameter', 'DescribeInstances', RegionId='cn-hangzhou',
                     InstanceIds='i-not-json')
        self.refused('InvalidParameter', 'DescribeInstances', RegionId='cn-hangzhou',
                     InstanceIds=json.dumps(['i-x'] * 101))
        self.refused('DryRunOperation', 'DescribeInstances', RegionId='cn-hangzhou',
                     DryRun='true')

    def test_status(self):
        instances = self.cloud.instances('cn-hangzhou')
        ids = {f'InstanceId.{n}': each['InstanceId'] for n, each in enumerate(instances[3:5], 1)}
        answer = self.ok('DescribeInstanceStatus', ids, RegionId='cn-hangzhou')
        self.assertEqual([each['Status'] for each in
                          answer['InstanceStatuses']['InstanceStatus']], ['Running', 'Stopped'])
        answer = self.ok('DescribeInstanceStatus', RegionId='cn-hangzhou', PageSize='50')
        self.assertEqual(answer['TotalCount'], 18)

    def test_resource_groups(self):
        answer = self.ok('ListResourceGroups', PageSize='3')
        self.assertEqual((answer['TotalCount'], len(answer['ResourceGroups']['ResourceGroup'])),
                         (4, 3))
        answer = self.ok('ListResourceGroups', PageSize='3', PageNumber='2')
        self.assertEqual(answer['ResourceGroups']['ResourceGroup'][0]['DisplayName'], '财务')
        self.refused('InvalidParameter', 'ListResourceGroups', PageSize='101')

    def test_accounts_are_apart(self):
        theirs = self.ok('DescribeInstances', key=self.cloud.keys['neighbour'],
                         RegionId='cn-hangzhou')
        self.assertEqual(theirs['TotalCount'], 3)
        mine = self.cloud.instances('cn-hangzhou')[0]['InstanceId']
        self.refused('InvalidInstanceId.NotFound', 'GetInstanceConsoleOutput', InstanceId=mine,
                     RegionId='cn-hangzhou', key=self.cloud.keys['neighbour'])

    def test_console(self):
        first = self.cloud.instances('cn-hangzhou')[0]['InstanceId']
        self.cloud.control(change={'id': first, 'host_keys': [
            'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl x']})
        answer = self.ok('GetInstanceConsoleOutput', RegionId='cn-hangzhou', InstanceId=first)
        text = base64.b64decode(answer['ConsoleOutput']).decode()
        block = text.partition('BEGIN SSH HOST KEY FINGERPRINTS-----')[2].partition('-----END')[0]
        # The fingerprint that GitHub publishes for this key of its own.
        self.assertIn('256 SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU root@iZ', block)
        self.assertIn('(ED25519)', block)
        windows = self.cloud.instances('cn-hangzhou', InstanceName='office*')[0]['InstanceId']
        self.assertEqual(self.ok('GetInstanceConsoleOutput', RegionId='cn-hangzhou',
                                 InstanceId=windows)['ConsoleOutput'], '')


class SecurityGroups(CloudTest):
    where = {'RegionId': 'eu-central-1', 'SecurityGroupId': 'sg-webeucentral1'}

    def rules(self, **more):
        return self.ok('DescribeSecurityGroupAttribute', self.where, **more)['Permissions'][
            'Permission']

    def test_lists(self):
        answer = self.ok('DescribeSecurityGroups', RegionId='eu-central-1',
                         SecurityGroupIds='["sg-openeucentral1"]')
        group, = answer['SecurityGroups']['SecurityGroup']
        self.assertEqual((group['RuleCount'], group['EcsCount']), (3, 2))
        self.refused('InvalidSecurityGroupId.NotFound', 'DescribeSecurityGroupAttribute',
                     {**self.where, 'RegionId': 'us-west-1'})
        self.assertEqual(self.rules(Direction='egress'), [])
        self.assertEqual(self.rules(NicType='internet'), [])

    def test_rules(self):
        before = self.rules()
        new = {'Permissions.1.IpProtocol': 'tcp', 'Permissions.1.PortRange': '22/22',
               'Permissions.1.SourceCidrIp': '198.51.100.7/32', 'Permissions.1.Priority': '1',
               'Permissions.1.Description': 'Gangway'}
        for _ in range(2):
            # The same once more is a success without a second rule.
            self.ok('AuthorizeSecurityGroup', {**self.where, **new})
        rule, = self.rules()[len(before):]
        self.assertEqual((rule['IpProtocol'], rule['Policy'], rule['SourceCidrIp']),
                         ('TCP', 'Accept', '198.51.100.7/32'))
        self.ok('RevokeSecurityGroup', self.where,
                **{'SecurityGroupRuleId.1': rule['SecurityGroupRuleId']})
        self.assertEqual(self.rules(), before)
        for code, change in (
                ('InvalidSourceCidrIp.Malformed', {'SourceCidrIp': 'home'}),
                ('InvalidIpProtocol.ValueNotSupported', {'IpProtocol': 'ssh'}),
                ('InvalidIpProtocol.ValueNotSupported', {'PortRange': '22'}),
                ('InvalidIpProtocol.ValueNotSupported', {'PortRange': '23/22'}),
                ('InvalidPriority.ValueNotSupported', {'Priority': '101'}),
                ('MissingParameter.Source', {'SourceCidrIp': ''})):
            self.refused(code, 'AuthorizeSecurityGroup', {
                **self.where, **new, **{f'Permissions.1.{k}': v for k, v in change.items()}})
        many = {}
        for number in range(1, 101):
            many.update({f'Permissions.{number}.IpProtocol': 'TCP',
                         f'Permissions.{number}.PortRange': f'{number}/{number}',
                         f'Permissions.{number}.SourceCidrIp': '10.0.0.1/32'})
        self.ok('AuthorizeSecurityGroup', {**self.where, **many})
        many = {k: v.replace('10.0.0.1', '10.0.0.2') for k, v in many.items()}
        self.refused('AuthorizationLimitExceed', 'AuthorizeSecurityGroup',
                     {**self.where, **many})

    def test_join(self):
        bare = self.cloud.instances('eu-central-1', InstanceName='in no group')[0]
        self.assertEqual(bare['SecurityGroupIds']['SecurityGroupId'], [])
        there = {'SecurityGroupId': 'sg-openeucentral1', 'InstanceId': bare['InstanceId']}
        self.refused('InvalidSecurityGroupId.NotFound', 'JoinSecurityGroup',
                     {**there, 'SecurityGroupId': 'sg-none'})
        self.ok('JoinSecurityGroup', there)
        self.refused('InvalidInstanceId.AlreadyExists', 'JoinSecurityGroup', there)
        now = self.cloud.instances('eu-central-1', SecurityGroupId='sg-openeucentral1')
        self.assertIn(bare['InstanceId'], [each['InstanceId'] for each in now])
        self.ok('LeaveSecurityGroup', there)

    def test_not_to_be_changed(self):
        """A group of a product of the cloud, and an instance that is locked."""
        where = {'RegionId': 'cn-hangzhou', 'SecurityGroupId': 'sg-managed'}
        self.cloud.control(group={'id': 'sg-managed', 'region': 'cn-hangzhou',
                                  'ServiceManaged': True, 'rules': [
                                      {'PortRange': '1/65535', 'SourceCidrIp': '10.0.0.0/8',
                                       'Policy': 'Drop', 'Priority': '3'}]})
        group, = self.ok('DescribeSecurityGroups', where)['SecurityGroups']['SecurityGroup']
        self.assertEqual((group['ServiceManaged'], group['RuleCount']), (True, 1))
        found, = self.ok('DescribeSecurityGroupAttribute', where)['Permissions']['Permission']
        self.assertEqual((found['Policy'], found['Priority']), ('Drop', '3'))
        self.refused('InvalidOperation.ResourceManagedByCloudProduct', 'AuthorizeSecurityGroup', {
            **where, 'Permissions.1.IpProtocol': 'TCP', 'Permissions.1.PortRange': '22/22',
            'Permissions.1.SourceCidrIp': '198.51.100.7/32'})
        locked = self.cloud.instances('cn-hangzhou', InstanceName='locked-for-security')[0]
        self.refused('InstanceLockedForSecurity', 'JoinSecurityGroup', {
            'SecurityGroupId': 'sg-webcnhangzhou', 'InstanceId': locked['InstanceId']})

    def test_classic(self):
        """No VPC, and rules of two networks."""
        where = {'RegionId': 'cn-hangzhou', 'SecurityGroupId': 'sg-classiccnhangzhou'}
        answers = [self.ok('DescribeSecurityGroupAttribute', where, **more)
                   for more in ({}, {'NicType': 'intranet'})]
        self.assertEqual([each['VpcId'] for each in answers], ['', ''])
        self.assertEqual([[rule['SourceCidrIp'] for rule in each['Permissions']['Permission']]
                          for each in answers], [['0.0.0.0/0'], ['10.0.0.0/8']])


class Many(unittest.TestCase):
    def test_fifty_thousand(self):
        with Emulator('--instances', '50000') as cloud:
            connection, ids = cloud.connect(), set()
            regions = [each['RegionId'] for each in cloud.call(
                'DescribeRegions', connection=connection).json['Regions']['Region']]
            first = cloud.instances(regions[0], connection)
            start = time.monotonic()
            # Every sixth region will do here.
            for region in regions[::6]:
                for each in cloud.instances(region, connection):
                    ids.add(each['InstanceId'])
            seconds = time.monotonic() - start
            connection.close()
            self.assertEqual(len(ids), 8334)
            self.assertLess(seconds, 20)
            # The same seed, the same world.
            with Emulator('--instances', '50000') as other:
                self.assertEqual(other.instances(regions[0]), first)


if __name__ == '__main__':
    cloud_client.main()
