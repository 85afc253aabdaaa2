# SPDX-License-Identifier: GPL-3.0-or-later
"""The documented error codes, and the reading of parameters that raises them."""
import json
import re

# Code: HTTP status, message. Where documents disagree about a status, the one seen in practice.
CODES = {
    'AuthorizationLimitExceed': (403, 'The limit of authorization records in the security group '
                                 'reaches.'),
    'EntityNotExist.Role': (404, 'The role does not exist.'),
    'Forbidden.RAM': (403, 'User not authorized to operate on the specified resource, or this API '
                      'doesn\'t support RAM.'),
    'IllegalTimestamp': (400, 'The input parameter "Timestamp" that is mandatory for processing '
                         'this request is not supplied.'),
    'IncompleteSignature': (400, 'The request signature does not conform to Aliyun standards.'),
    'IncorrectInstanceStatus': (403, 'The current status of the resource does not support this '
                                'operation.'),
    'InstanceLockedForSecurity': (403, 'The instance is locked due to security.'),
    'InstanceSecurityGroupLimitExceeded': (403, 'The maximum number of security groups of the '
                                           'instance is exceeded.'),
    'InternalError.Dispatch': (500, 'An error occurred when the request is dispatched.'),
    'InternalError': (500, 'The request processing has failed due to some unknown error.'),
    'InvalidAccessKeyId.Inactive': (400, 'Specified access key is disabled.'),
    'InvalidAccessKeyId.NotFound': (404, 'Specified access key is not found.'),
    'InvalidAction.NotFound': (404, 'Specified api is not found, please check your url and '
                               'method.'),
    'InvalidCmdId.NotFound': (404, 'The command ID does not exist.'),
    'InvalidInstance.NotFound': (404, 'The instance does not exist.'),
    'InvalidInstance.NotMatch': (403, 'The instance does not match the operating system of the '
                                 'command.'),
    'InvalidInstanceId.AlreadyExists': (403, 'The specified instance already exists in the '
                                        'specified security group.'),
    'InvalidInstanceId.Mismatch': (400, 'Specified instance and security group are not in the '
                                   'same VPC.'),
    'InvalidInstanceId.NotFound': (404, 'The specified InstanceId does not exist.'),
    'InvalidIpProtocol.ValueNotSupported': (400, 'The specified IpProtocol does not exist or '
                                            'IpProtocol and PortRange do not match.'),
    'InvalidOperation.ResourceManagedByCloudProduct': (403, 'The security group has been managed '
                                                       'by another cloud product.'),
    'InvalidParameter': (400, 'The specified parameter is not valid.'),
    'InvalidParameter.NextToken': (400, 'The specified parameter "NextToken" is not valid.'),
    'InvalidParameter.DurationSeconds': (400, 'The Min/Max value of DurationSeconds is '
                                         '15min/1hr.'),
    'InvalidParameter.PolicyGrammar': (400, 'The parameter Policy has not passed grammar check.'),
    'InvalidParameter.RoleArn': (400, 'The parameter RoleArn is wrongly formed.'),
    'InvalidParameter.RoleSessionName': (400, 'The parameter RoleSessionName is wrongly formed.'),
    'InvalidPriority.ValueNotSupported': (400, 'The specified Priority is invalid.'),
    'InvalidRegionId.NotFound': (404, 'The specified RegionId does not exist.'),
    'InvalidSecurityGroupId.NotFound': (404, 'The specified SecurityGroupId does not exist.'),
    'InvalidSecurityGroupRuleId.NotFound': (404, 'The specified SecurityGroupRuleId does not '
                                            'exist.'),
    'InvalidSecurityToken.Expired': (400, 'Specified SecurityToken is expired.'),
    'InvalidSecurityToken.Malformed': (400, 'Specified SecurityToken is malformed.'),
    'InvalidSecurityToken.MismatchWithAccessKey': (400, 'Specified SecurityToken mismatch with '
                                                   'the AccessKey.'),
    'InvalidSourceCidrIp.Malformed': (400, 'The specified parameter SourceCidrIp is not valid.'),
    'InvalidTimeStamp.Expired': (400, 'Specified time stamp or date value is expired.'),
    'InvalidTimeStamp.Format': (400, 'Specified time stamp or date value is not well formatted.'),
    'InvalidVersion': (400, 'Specified parameter Version is not valid.'),
    'MissingParameter': (400, 'The input parameter that is mandatory for processing this request '
                         'is not supplied.'),
    'MissingParameter.Source': (400, 'One of the parameters SourceCidrIp, Ipv6SourceCidrIp, '
                                'SourceGroupId or SourcePrefixListId must be specified.'),
    'MissingSecurityToken': (400, 'SecurityToken is mandatory for this action.'),
    'NoPermission': (403, 'You are not authorized to do this action. You should be authorized by '
                     'RAM.'),
    'Parameter.Disabled': (404, 'Parameters are passed to a command that takes none.'),
    'Parameter.NotMatched': (403, 'The parameters do not match those of the command.'),
    'ParameterCount.ExceedLimit': (403, 'The number of parameters exceeds the limit.'),
    'RegionId.ApiNotSupported': (400, 'The API is not supported in this region.'),
    'SecurityGroupInstanceLimitExceeded': (403, 'The maximum number of instances in the security '
                                           'group is exceeded.'),
    'ServiceUnavailable': (503, 'The request has failed due to a temporary failure of the '
                           'server.'),
    'SignatureDoesNotMatch': (400, 'Specified signature is not matched with our calculation.'),
    'SignatureNonceUsed': (400, 'Specified signature nonce was used already.'),
    'Throttling': (400, 'Request was denied due to request throttling.'),
    'Throttling.Api': (400, 'Request was denied due to api flow control.'),
    'Throttling.User': (400, 'Request was denied due to user flow control.'),
    'UnsupportedHTTPMethod': (403, 'This http method is not supported.'),
    'Username.ExceedLimit': (403, 'The length of the parameter Username exceeds the limit.'),
}


class ApiError(Exception):
    def __init__(self, code, message=None, status=None, headers=(), detail=None):
        known = CODES.get(code, (400, 'The request is refused.'))
        super().__init__(code)
        self.code = code
        self.status = status or known[0]
        self.message = message or known[1]
        self.headers = list(headers)
        self.detail = detail


class Parameters:
    """The parameters of one call. What nobody asks for is ignored, as the API does."""

    def __init__(self, pairs):
        self.values = {}
        for name, value in pairs:
            self.values.setdefault(name, value)

    def get(self, name, default=''):
        # An empty value is as good as none.
        return self.values.get(name) or default

    def need(self, name):
        value = self.get(name)
        if not value:
            raise ApiError('MissingParameter', f'The input parameter "{name}" that is mandatory '
                           'for processing this request is not supplied.')
        return value

    def integer(self, name, default, low, high, clamp=False):
        text = self.get(name)
        if not text:
            return default
        if not re.fullmatch(r'-?[0-9]{1,9}', text):
            raise ApiError('InvalidParameter', f'The specified parameter "{name}" is not valid.')
        value = int(text)
        if clamp:
            return min(max(value, low), high)
        if not low <= value <= high:
            raise ApiError('InvalidParameter', f'The specified parameter "{name}" is not valid.')
        return value

    def flag(self, name, default=False):
        return {'true': True, 'false': False}.get(self.get(name).lower(), default)

    def one_of(self, name, choices):
        value = self.get(name)
        if value and value not in choices:
            raise ApiError('InvalidParameter', f'The specified parameter "{name}" is not valid.')
        return value

    def numbered(self, name):
        """Name.1=a&Name.2=b."""
        found = []
        for key, value in self.values.items():
            match = re.fullmatch(re.escape(name) + r'\.([0-9]{1,4})', key)
            if match and value:
                found.append((int(match[1]), value))
        return [value for _, value in sorted(found)]

    def objects(self, name):
        """Name.1.Key=a&Name.1.Value=b as [{'Key': 'a', 'Value': 'b'}]."""
        found = {}
        for key, value in self.values.items():
            match = re.fullmatch(re.escape(name) + r'\.([0-9]{1,4})\.([A-Za-z0-9]+)', key)
            if match:
                found.setdefault(int(match[1]), {})[match[2]] = value
        return [found[number] for number in sorted(found)]

    def json_list(self, name, most=100):
        """One string that holds a JSON array of strings."""
        text = self.get(name)
        if not text:
            return None
        try:
            values = json.loads(text)
        except ValueError:
            values = None
        if (not isinstance(values, list) or len(values) > most
                or not all(isinstance(value, str) for value in values)):
            raise ApiError('InvalidParameter', f'The specified parameter "{name}" is not valid.')
        return values
