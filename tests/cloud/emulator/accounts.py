# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts: AccessKeys, temporary ones too, and what RAM policies let them do."""
import base64
import functools
import hashlib
import json
import re
import secrets
import time

from .errors import ApiError

OWNER, NEIGHBOUR = '1000000000000001', '1000000000000002'
EVERYTHING = {'Effect': 'Allow', 'Action': ['*'], 'Resource': ['*']}
READING = {'Effect': 'Allow', 'Action': ['ecs:Describe*', 'ecs:Get*'], 'Resource': ['*']}
NOT_BEIJING = {'Effect': 'Deny', 'Action': ['ecs:*'], 'Resource': ['acs:ecs:cn-beijing:*:*']}
# AccessKey ID, secret, account, RAM user, what it may do.
KEYS = (
    ('LTAI5tGangwayPlayground1', 'PlaygroundSecretNumberOneIsNot', OWNER, 'gangway',
     [EVERYTHING]),
    ('LTAI5tGangwayReader00001', 'ReaderSecretThatMayOnlyLookAt1', OWNER, 'reader',
     [READING, NOT_BEIJING]),
    ('LTAI5tGangwayNeighbour01', 'NeighbourSecretOfAnotherCompan', NEIGHBOUR, 'neighbour',
     [EVERYTHING]),
    ('LTAI5tGangwayDisabled001', 'DisabledSecretThatOpensNothing', OWNER, 'disabled',
     [EVERYTHING]),
)
ROLES = {
    f'acs:ram::{OWNER}:role/operator': ([EVERYTHING], ''),
    f'acs:ram::{OWNER}:role/reader': ([READING, NOT_BEIJING], ''),
    f'acs:ram::{NEIGHBOUR}:role/guest': ([READING], 'knock knock'),
}


@functools.lru_cache(maxsize=4096)
def pattern(text, ignore_case):
    return re.compile('.*'.join(re.escape(part) for part in text.split('*')),
                      re.IGNORECASE if ignore_case else 0)


def as_list(value):
    return value if isinstance(value, list) else [value]


def matches(statement, action, resource):
    return (any(pattern(each, True).fullmatch(action) for each in as_list(statement['Action']))
            and any(pattern(each, False).fullmatch(resource)
                    for each in as_list(statement.get('Resource', '*'))))


def judge(statements, action, resource):
    """None where it is allowed, else RAM's name for the refusal; a Deny beats every Allow."""
    effects = {s['Effect'] for s in statements if matches(s, action, resource)}
    if 'Deny' in effects:
        return 'ExplicitDeny'
    return None if 'Allow' in effects else 'ImplicitDeny'


class Key:
    def __init__(self, key_id, secret, account, name, statements, **more):
        self.id = key_id
        self.secret = secret
        self.account = account
        self.name = name
        self.statements = statements
        self.status = 'Active'
        self.token = ''
        self.expires = 0
        self.session = ''
        self.session_policy = None
        self.__dict__.update(more)

    @property
    def principal(self):
        """The number that RAM gives to a user or role."""
        digits = int(hashlib.sha256(f'{self.account}{self.name}'.encode()).hexdigest()[:12], 16)
        return f'2{digits:017d}'

    def check(self, action, resources):
        for resource in resources:
            reason = judge(self.statements, action, resource)
            kind = 'AccountLevelIdentityBasedPolicy'
            if not reason and self.session_policy is not None:
                reason = judge(self.session_policy, action, resource)
                kind = 'SessionPolicy'
            if reason:
                self._refuse(action, resource, reason, kind)

    def _refuse(self, action, resource, reason, kind):
        diagnosis = base64.b64encode(f'{action} {resource}'.encode()).decode()
        detail = {'AuthAction': action, 'AuthPrincipalType': 'AssumedRoleUser' if self.session
                  else 'SubUser', 'AuthPrincipalOwnerId': self.account,
                  'AuthPrincipalDisplayName': f'{self.name}:{self.session}' if self.session
                  else self.principal, 'NoPermissionType': reason, 'PolicyType': kind,
                  'EncodedDiagnosticMessage': diagnosis}
        # ECS says Forbidden.RAM, the products that came later say NoPermission.
        raise ApiError('Forbidden.RAM' if action.startswith('ecs:') else 'NoPermission',
                       detail=detail)


class Accounts:
    def __init__(self, clock):
        self.clock = clock
        self.roles = dict(ROLES)
        self.keys = {each[0]: Key(*each[:4], list(each[4])) for each in KEYS}
        self.keys['LTAI5tGangwayDisabled001'].status = 'Inactive'

    def find(self, key_id):
        return self.keys.get(key_id)

    def issue(self, account, name, statements, session, seconds, policy=None):
        key = Key('STS.N' + secrets.token_hex(10).upper(), secrets.token_urlsafe(33), account,
                  name, statements, session=session, session_policy=policy,
                  token='CAIS' + secrets.token_urlsafe(120),
                  expires=int(self.clock()) + seconds)
        self.keys[key.id] = key
        return key

    @staticmethod
    def credentials(key):
        return {'AccessKeyId': key.id, 'AccessKeySecret': key.secret, 'SecurityToken': key.token,
                'Expiration': time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(key.expires))}

    def from_uri(self, seconds=3600):
        """What a CREDENTIALS_URI answers."""
        key = self.issue(OWNER, 'gangway', [EVERYTHING], 'credentials-uri', seconds)
        return {'Code': 'Success', **self.credentials(key)}

    def assume_role(self, call):
        arn = call.parameters.need('RoleArn')
        session = call.parameters.need('RoleSessionName')
        if not re.fullmatch(r'acs:ram::[0-9]+:role/[^/\s]+', arn):
            raise ApiError('InvalidParameter.RoleArn')
        if not re.fullmatch(r'[a-zA-Z0-9.@_-]{2,64}', session):
            raise ApiError('InvalidParameter.RoleSessionName')
        seconds = call.parameters.get('DurationSeconds', '3600')
        if not re.fullmatch('[0-9]{1,6}', seconds) or not 900 <= int(seconds) <= 3600:
            raise ApiError('InvalidParameter.DurationSeconds')
        call.allow('sts:AssumeRole', [arn.replace('acs:ram::', 'acs:ram:*:')])
        if arn not in self.roles:
            raise ApiError('EntityNotExist.Role', f'The role not exists: {arn}.')
        statements, external_id = self.roles[arn]
        if call.parameters.get('ExternalId') != external_id:
            raise ApiError('NoPermission')
        account, name = arn.split(':')[3], arn.rpartition('/')[2]
        key = self.issue(account, name, statements, session, int(seconds),
                         self._policy(call.parameters.get('Policy')))
        return {'AssumedRoleUser': {'AssumedRoleId': f'{key.principal}:{session}',
                                    'Arn': f'acs:ram::{account}:role/{name}/{session}'},
                'Credentials': self.credentials(key)}

    @staticmethod
    def _policy(text):
        if not text:
            return None
        try:
            statements = as_list(json.loads(text)['Statement'])
            for statement in statements:
                if statement['Effect'] not in ('Allow', 'Deny'):
                    raise ValueError
                matches(statement, '', '')
        except (ValueError, TypeError, KeyError, AttributeError):
            raise ApiError('InvalidParameter.PolicyGrammar') from None
        return statements

    @staticmethod
    def caller_identity(call):
        key = call.key
        if key.session:
            return {'IdentityType': 'AssumedRoleUser', 'AccountId': key.account,
                    'RoleId': key.principal, 'PrincipalId': f'{key.principal}:{key.session}',
                    'Arn': f'acs:ram::{key.account}:assumed-role/{key.name}/{key.session}'}
        return {'IdentityType': 'RAMUser', 'AccountId': key.account, 'UserId': key.principal,
                'PrincipalId': key.principal, 'Arn': f'acs:ram::{key.account}:user/{key.name}'}
