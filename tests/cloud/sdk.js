// SPDX-License-Identifier: GPL-3.0-or-later
// The vendor's own SDK against the emulator, so that it is not merely our opinion of the API.
//   sdk.js ENDPOINT KEY-ID SECRET      prints `ok - WHAT` for each call; run by test_sdk.py
'use strict';
const assert = require('assert');
const { $OpenApiUtil } = require('@alicloud/openapi-core');
const Ecs = require('@alicloud/ecs20140526');
const Pop = require('@alicloud/pop-core');
const ResourceManager = require('@alicloud/resourcemanager20200331');
const Sts = require('@alicloud/sts20150401');

const [endpoint, id, secret] = process.argv.slice(2);
const RegionId = 'cn-hangzhou';

function configure (accessKeyId, accessKeySecret, securityToken)
{
  return new $OpenApiUtil.Config({ accessKeyId, accessKeySecret, securityToken,
    endpoint: new URL(endpoint).host, protocol: 'HTTP', regionId: RegionId });
}

const ecs = new Ecs.default (configure (id, secret));
const ask = async (client, action, fields) => {
  const name = action[0].toUpperCase () + action.slice (1);
  const { body } = await client[action] (new Ecs[name + 'Request'] (fields));
  assert (body.requestId);
  console.log ('ok -', name);
  return body;
};
const refused = async (code, promise) => {
  const error = await promise.then (() => null, e => e);
  assert.strictEqual (error && error.code, code);
  console.log ('ok -', code);
  return error;
};

async function inventory ()
{
  const { regions } = await ask (ecs, 'describeRegions', { acceptLanguage: 'en-US' });
  assert.strictEqual (regions.region[0].localName, 'China (Hangzhou)');
  const found = [];
  let nextToken;
  do {
    const page = await ask (ecs, 'describeInstances',
      { regionId: RegionId, maxResults: 10, nextToken });
    found.push (...page.instances.instance);
    nextToken = page.nextToken;
  } while (nextToken);
  assert.strictEqual (found.length, 18);
  assert (found.some (i => i.imageOptions.loginAsNonRoot === true));
  const tagged = await ask (ecs, 'describeInstances', { regionId: RegionId, instanceName: 'web-*',
    tag: [new Ecs.DescribeInstancesRequestTag ({ key: 'env', value: 'prod' })] });
  assert.strictEqual (tagged.instances.instance.length, 2);
  const { instanceId } = found[0];
  const status = await ask (ecs, 'describeInstanceStatus',
    { regionId: RegionId, instanceId: [instanceId] });
  assert.strictEqual (status.instanceStatuses.instanceStatus[0].status, 'Running');
  const printed = await ask (ecs, 'getInstanceConsoleOutput',
    { regionId: RegionId, instanceId });
  assert (Buffer.from (printed.consoleOutput, 'base64').includes ('FINGERPRINTS'));
  const manager = new ResourceManager.default (configure (id, secret));
  const groups = await manager.listResourceGroups (
    new ResourceManager.ListResourceGroupsRequest ({ pageSize: 100 }));
  assert.strictEqual (groups.body.resourceGroups.resourceGroup.length, 4);
  return instanceId;
}

async function securityGroups (instanceId)
{
  const securityGroupId = 'sg-opencnhangzhou', where = { regionId: RegionId, securityGroupId };
  const rules = async () => (await ask (ecs, 'describeSecurityGroupAttribute', where))
    .permissions.permission;
  const before = (await rules ()).length;
  const permissions = [new Ecs.AuthorizeSecurityGroupRequestPermissions ({ ipProtocol: 'TCP',
    portRange: '2222/2222', sourceCidrIp: '198.51.100.9/32', description: 'näher & “so” *~' })];
  await ask (ecs, 'authorizeSecurityGroup', { ...where, permissions });
  const after = await rules ();
  assert.strictEqual (after.length, before + 1);
  assert.strictEqual (after[before].description, 'näher & “so” *~');
  await ask (ecs, 'revokeSecurityGroup',
    { ...where, securityGroupRuleId: [after[before].securityGroupRuleId] });
  assert.strictEqual ((await rules ()).length, before);
  const { securityGroups: { securityGroup: [group] } } = await ask (ecs, 'describeSecurityGroups',
    { regionId: RegionId, vpcId: 'vpc-cn-hangzhou', securityGroupName: 'web' });
  const there = { regionId: RegionId, instanceId, securityGroupId: group.securityGroupId };
  await ask (ecs, 'joinSecurityGroup', there);
  await refused ('InvalidInstanceId.AlreadyExists',
    ecs.joinSecurityGroup (new Ecs.JoinSecurityGroupRequest (there)));
  await ask (ecs, 'leaveSecurityGroup', there);
}

async function commands (instanceId)
{
  const where = { regionId: RegionId, instanceId: [instanceId] };
  const state = await ask (ecs, 'describeCloudAssistantStatus', where);
  assert.strictEqual (state.instanceCloudAssistantStatusSet.instanceCloudAssistantStatus[0]
    .cloudAssistantStatus, 'true');
  const { invokeId } = await ask (ecs, 'invokeCommand', { ...where,
    commandId: 'ACS-ECS-EnableSshPublicKey-linux.sh', parameters: {} });
  const deadline = Date.now () + 10000;
  for (;;) {
    const { invocation } = await ask (ecs, 'describeInvocationResults',
      { regionId: RegionId, invokeId });
    const [result] = invocation.invocationResults.invocationResult;
    if (result && result.invocationStatus === 'Success')
      break;
    assert (Date.now () < deadline);
    await new Promise (done => setTimeout (done, 50));
  }
  await ask (ecs, 'invokeCommand', { ...where, parameters: { username: 'root', sshPublicKey: 'x' },
    commandId: 'cmd-ACS-ECS-SendSshPublicKey-linux.sh' });
  await ask (ecs, 'runCommand', { ...where, type: 'RunShellScript', commandContent: 'true' });
  const all = await ask (ecs, 'describeInvocations', { regionId: RegionId });
  assert.strictEqual (all.invocations.invocation.length, 3);
}

async function whoIsWho ()
{
  const sts = new Sts.default (configure (id, secret));
  assert.strictEqual ((await sts.getCallerIdentity ()).body.identityType, 'RAMUser');
  const { credentials } = (await sts.assumeRole (new Sts.AssumeRoleRequest ({
    roleArn: 'acs:ram::1000000000000001:role/reader', roleSessionName: 'sdk' }))).body;
  const reader = new Ecs.default (configure (credentials.accessKeyId, credentials.accessKeySecret,
    credentials.securityToken));
  await ask (reader, 'describeInstances', { regionId: 'cn-shanghai' });
  const error = await refused ('Forbidden.RAM', reader.describeInstances (
    new Ecs.DescribeInstancesRequest ({ regionId: 'cn-beijing' })));
  assert.strictEqual (error.accessDeniedDetail.NoPermissionType, 'ExplicitDeny');
  for (const [code, ...key] of [['SignatureDoesNotMatch', id, 'wrong'],
    ['InvalidAccessKeyId.NotFound', 'LTAInobody', 'wrong']])
    await refused (code, new Ecs.default (configure (...key)).describeRegions (
      new Ecs.DescribeRegionsRequest ({})));
}

async function theOldWay ()
{
  for (const method of ['GET', 'POST']) {
    const pop = new Pop ({ accessKeyId: id, accessKeySecret: secret, endpoint,
      apiVersion: '2014-05-26' });
    const answer = await pop.request ('DescribeInstances',
      { RegionId, InstanceName: 'web-*', Odd: 'a b*c~\'()!é' }, { method });
    assert.strictEqual (answer.TotalCount, 3);
    console.log ('ok - V1', method);
  }
}

(async () => {
  const instanceId = await inventory ();
  await securityGroups (instanceId);
  await commands (instanceId);
  await whoIsWho ();
  await theOldWay ();
}) ().catch (error => {
  console.error (error);
  process.exit (1);
});
