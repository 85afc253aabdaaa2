# SPDX-License-Identifier: GPL-3.0-or-later
"""Security groups that really decide: packet filters in the network namespace of the instances.

What no rule admits is dropped without a word, as is what goes to an instance that does not run or
to an address that nobody has. Connections that exist live on when a rule goes."""
import ipaddress
import os
import subprocess

PROTOCOLS = {'TCP': 'meta l4proto tcp', 'UDP': 'meta l4proto udp', 'ICMP': 'meta l4proto icmp',
             'ICMPV6': 'meta l4proto ipv6-icmp', 'GRE': 'meta l4proto gre', 'ALL': ''}
TABLE = '''\
table inet cloud
delete table inet cloud
table inet cloud {{
{chains}  chain input {{
    type filter hook input priority 0
    ct state established,related accept
    iifname "lo" accept
{jumps}    ip daddr {{ {networks} }} drop
  }}
}}
'''


def chosen(rules):
    """In the order in which they count."""
    return sorted(rules, key=lambda rule: (int(rule['Priority']), rule['Policy'] != 'Drop'))


def network(text):
    made = ipaddress.ip_network(text, strict=False)
    return 'ip' if made.version == 4 else 'ip6', str(made)


def sources(rule, members):
    """Each as a match of its own; none where nobody is meant."""
    if rule['SourceCidrIp'] or rule['Ipv6SourceCidrIp']:
        given = [rule[name] for name in ('SourceCidrIp', 'Ipv6SourceCidrIp') if rule[name]]
    elif rule['SourceGroupId']:
        given = members(rule['SourceGroupId'])
    else:
        # There is no prefix list here.
        given = []
    for family, text in map(network, given):
        version = 'ipv4' if family == 'ip' else 'ipv6'
        yield f'meta nfproto {version}' if text.endswith('/0') else f'{family} saddr {text}'


def ports(word, text):
    if text in ('', '-1/-1'):
        return ''
    first, last = text.split('/')
    return f'th {word} {first}-{last}' if first != last else f'th {word} {first}'


def lines(rule, members):
    with_ports = rule['IpProtocol'] in ('TCP', 'UDP')
    for source in sources(rule, members):
        parts = [PROTOCOLS[rule['IpProtocol']], source,
                 ports('dport', rule['PortRange']) if with_ports else '',
                 ports('sport', rule['SourcePortRange']) if with_ports else '',
                 '{0} daddr {1}'.format(*network(rule['DestCidrIp'])) if rule['DestCidrIp'] else '',
                 rule['Policy'].lower()]
        yield '    ' + ' '.join(part for part in parts if part) + '\n'


def addresses(instance):
    """Each with the side of the network that it is on, as rules name it."""
    outer = 'internet' if instance.network == 'classic' else 'intranet'
    found = [(each, outer) for each in (*instance.public, instance.eip) if each]
    return found + [(each, 'intranet') for each in (*instance.private, *instance.inner,
                                                   *instance.ipv6)]


class Firewall:
    """pid: of a process in that namespace. networks: of the addresses there."""

    def __init__(self, pid, networks, worlds, delay, later):
        self.pid = pid
        self.networks = networks
        self.worlds = worlds
        self.delay = delay
        self.later = later
        self.generation = self.text = None

    def update(self):
        """After any change. Takes effect a little later, as in the cloud."""
        generation = [world.generation for world in self.worlds]
        if generation == self.generation:
            return
        self.generation = generation
        text = self._render()
        if self.text is None:
            self._load(text)
        elif text != self.text:
            self.later(self.delay, lambda: self._load(text))
        self.text = text

    def _load(self, text):
        subprocess.run(['nsenter', f'--net=/proc/{self.pid}/ns/net', '--', 'nft', '-f', '-'],
                       input=text, text=True, check=True,
                       env=dict(os.environ, PATH=os.environ['PATH'] + ':/usr/sbin:/sbin'))

    def _render(self):
        chains, jumps = '', ''
        for world in self.worlds:
            # A look at all of a region fills it, so not while the regions are gone through.
            for region in list(world.makers):
                for instance in world.region(region).values():
                    if instance.status == 'Running':
                        made = self._instance(world, instance, f'c{chains.count("chain ")}')
                        chains += made[0]
                        jumps += made[1]
        return TABLE.format(chains=chains, jumps=jumps, networks=', '.join(self.networks))

    @staticmethod
    def _instance(world, instance, name):
        def members(group_id):
            return [address for each in world.region(instance.region).values()
                    if group_id in each.groups for address in (*each.private, *each.inner)]
        rules = [rule for group in instance.groups for rule in world.security_groups[group][
            'rules'] if rule['Direction'] == 'ingress']
        chains = jumps = ''
        for nic in ('internet', 'intranet'):
            mine = [network(address) for address, side in addresses(instance) if side == nic]
            if mine:
                chains += f'  chain {name}{nic} {{\n' + ''.join(
                    line for rule in chosen(rules) if rule['NicType'] == nic
                    for line in lines(rule, members)) + '    drop\n  }\n'
                jumps += ''.join(f'    {family} daddr {text} goto {name}{nic}\n'
                                 for family, text in mine)
        return chains, jumps
