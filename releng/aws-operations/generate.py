#!/usr/bin/env python3
"""Makes the table of what AWS operations do from the service models of an installed AWS CLI.

    PYTHON generate.py FILE                          makes the table; the same CLI always gives the same bytes
    PYTHON generate.py --files FILE                  makes the list of calls that name files of this machine; as stable
    PYTHON generate.py --why SERVICE [OPERATION]     says on what ground operations are judged

PYTHON is the interpreter of version 1 of the CLI: it must be able to import awscli and botocore (version 2 carries neither for
others to import). Why there is a generator, and how it judges: docs/decisions/0008-operation-table.md
"""
import os
import re
import sys
import tempfile

# Neither plugins, aliases nor models of the person at the keyboard may get into the table.
_HOME = tempfile.TemporaryDirectory()
os.environ.update(HOME=_HOME.name, USERPROFILE=_HOME.name, AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull)
for _name in ("AWS_DATA_PATH", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
    os.environ.pop(_name, None)

import awscli  # noqa: E402
import botocore  # noqa: E402
from awscli.clidriver import ServiceCommand, create_clidriver  # noqa: E402
from botocore import xform_name  # noqa: E402

READ_ONLY, SENSITIVE_READ, MUTATING, DESTRUCTIVE, UNKNOWN = "READ_ONLY", "SENSITIVE_READ", "MUTATING", "DESTRUCTIVE", "UNKNOWN"
COMMAND = "COMMAND"  # a command of the CLI that is no operation of a service: what it does is for people to say
WIDTH = 140

READS = set("describe get head list lookup search simulate".split())

# Reads by name, but only where the service's model says so too.
MAYBE_READS = set("""autocomplete calculate check count estimate forecast geocode is optimize preview query retrieve reverse select snap
    suggest validate""".split())

DESTROYS = set("""clear close deauthorize delete deny deprovision deregister destroy discard dispose evict expire flush forget invalidate
    leave purge redact release remove reset retire revoke shutdown terminate undeploy uninstall unregister unshare wipe withdraw""".split())
DESTROYING_NOUNS = {"delete", "deletion", "removal", "revocation", "termination"}

CHANGES = set("""abort accept acknowledge activate add advertise allocate allow amend apply approve archive assign associate attach
    authorize begin build bundle cancel change channel claim clone commit complete configure confirm connect continue convert copy
    create deactivate decline decrease define deliver deploy deprecate detach disable disassociate disconnect dismiss dissociate distribute
    drain enable end enter execute exit export extend failover finalize generate grant group import increase index ingest initialize
    initiate insert install instantiate invite invoke issue join label launch link lock manage mark merge meter migrate modify monitor move notify
    open opt override package pause peer poll populate post prepare process promote provide provision publish purchase push put reboot
    rebalance rebuild record redrive refresh regenerate register reimport reject reload rename renew reorder replace replicate report request
    reserve resend resize respond restart restore resume resync retry return rollback rotate run save schedule send set setup share sign signal
    skip snooze split start stop submit subscribe suspend swap switchover sync synchronize tag take toggle transfer translate unarchive
    unassign undeprecate ungroup unlabel unlink unlock unmonitor unpeer unsubscribe unsuspend untag update upgrade upload vote write""".split())

# Words before the verb that say how many, or as whom, not what.
ADVERBS = {"admin", "batch", "bulk"}

# Output members, as the CLI would write them with underscores, that hold a secret or let the reader act, whatever the model says.
SECRET = re.compile(r"""(^|_)(pass_?word|pass_?phrase|secret|plaintext|seed)$ | password_data$
    | secret_(access_key|binary|key|string|value|token)$
    | (^|_)(access|access_document|auth|authorization|bearer|billing|callback|device|export|gateway|hec|id|identity|import|join|jwt
        |oauth|refresh|registration|security|session|task)_token$
    | private_key$ | shared_key$ | auth_key$ | (^|_)api_key$ | (^|_)user_data(_override)?$ | basic_auth_credentials$ | authorization_code$
    | pre_?signed | signed_(bi_)?url$ | (download|upload|embed|streaming_session|webhook)_url$""", re.X)
REFERENCE = re.compile(r"certificate_secret|cdn_identifier_secret|service_account_secret")  # to a secret kept elsewhere
ENVIRONMENT = re.compile(r"(^|_)environment(_variables?)?$")
SECRET_OPERATION = re.compile(r"^get-.*-(credentials|password|secret|token|url)$|^get-(credentials|token)")

# Output members that models mark as sensitive and that describe a resource no more than its ARN does.
METADATA = re.compile(r"""(^|_)(next_token|client_id|description|comment|title|filters?|search_filter|status_message
        |status_reason|update_reason|owner_information|kms_key_id|kms_master_key_id|arn|ip_address(es)?|ip_address_v[46]
        |private_ip_address(es)?|ip_range|port|from_port|to_port|instance_alias|time|at|compliance_type|country_code|currency_code)$
    | ^(sse)?kms_?key_?id$ | ^sse_?kms.*$ | ^key_id$
    | ^((account|application|app|billing_group|bot|channel|cfn_stack|connector|domain|environment|flow|form|form_type|group|instance|job
        |model|policy|pool|profile|project|resource|role|service|template|type|version|view|workspace|display|thing|assessment|control
        |framework|glossary|term|device|collection|fleet|queue|farm)_)?name$""", re.X)

TAGS = re.compile(r"(^|_)tags?(_list|_map|_set)?$")

# Arguments that every operation has, or that only page, filter or show.
PLAIN_ARGUMENTS = {"cli-input-json", "cli-input-yaml", "generate-cli-skeleton", "cli-auto-prompt", "starting-token", "max-items", "page-size"}

# Options by which commands of the CLI's own (no operations: those have their models) take the name of a file or folder. A command with
# one of them always uses files: without the option it takes a default, or asks for it.
FILE_OPTIONS = set("""build-root codedeploy-appspec config-file file-path key-pair-file kubeconfig output-template-file source template-file
    """.split())
# Options that the CLI adds to operations, and that name a file to write.
FILE_ARGUMENTS = {"QueryOutFileArgument"}


def main(arguments):
    services = create_clidriver()._get_command_table()
    if len(arguments) == 1:
        text = table({name: {operation: judge(service, operation, command)[0] for operation, command in commands_of(service).items()}
                      for name, service in services.items()})
        with open(arguments[0], "w", encoding="ascii", newline="\n") as file:
            file.write(text)
    elif len(arguments) == 2 and arguments[0] == "--files":
        with open(arguments[1], "w", encoding="ascii", newline="\n") as file:
            file.write(file_list(services))
    elif len(arguments) in (2, 3) and arguments[0] == "--why":
        service = services[arguments[1]]
        for operation, command in sorted(commands_of(service).items()):
            if operation in (arguments[2:] or [operation]):
                print(operation, *judge(service, operation, command))
    else:
        sys.exit(__doc__)


def commands_of(service):
    return service._get_command_table() if isinstance(service, ServiceCommand) else service.subcommand_table


def judge(service, name, command):
    """What an operation does, and on what ground."""
    model = getattr(command, "_operation_model", None)
    if not isinstance(service, ServiceCommand) or model is None:
        return (READ_ONLY, "waits by describing") if name == "wait" else (COMMAND, "no operation of the service")
    if type(command).__module__ != "awscli.clidriver":
        return COMMAND, "the CLI does more than call the operation"
    effect, ground = by_name(name, model)
    if effect != READ_ONLY:
        return effect, ground
    file = touches_files(command, model)
    secret = file or SECRET_OPERATION.search(name) or secret_in(model.output_shape)
    return (SENSITIVE_READ, secret if isinstance(secret, str) else "its name") if secret else (READ_ONLY, ground)


def by_name(name, model):
    words = name.split("-")
    verb = next((word for word in words if word not in ADVERBS), name)
    traits = model._operation_model
    if verb in READS:
        if model.http.get("method") in ("DELETE", "PATCH") or traits.get("readonly") is False:
            return UNKNOWN, "named like a read, but the model contradicts"
        return READ_ONLY, verb
    if verb == "assume":
        return SENSITIVE_READ, "hands out credentials"
    if verb in DESTROYS or DESTROYING_NOUNS & set(words) and verb != "cancel":
        return DESTRUCTIVE, verb
    if verb in CHANGES:
        return MUTATING, verb
    if verb in MAYBE_READS and traits.get("readonly"):
        return READ_ONLY, verb + ", and the model says that it only reads"
    return UNKNOWN, "what " + verb + " does is not known"


def touches_files(command, model):
    """An argument that is a file's name: the CLI writes what comes back to it, or reads what it sends from it."""
    if model.has_streaming_output or model.has_event_stream_output:
        return "writes its answer to a local file"
    if model.has_streaming_input:
        return "reads a local file"
    members = {xform_name(member, "-") for member in model.input_shape.members} if model.input_shape else set()
    own = [name for name, argument in command.arg_table.items()
           if name not in members | PLAIN_ARGUMENTS and type(argument).__module__.startswith("awscli.customizations")]
    return "has arguments of the CLI's own: " + ", ".join(own) if own else None


def file_options(service, name, command):
    """The options whose values the CLI takes for names of files, other than file://; None when the call uses no files, [] when it always does."""
    model = getattr(command, "_operation_model", None)
    if not isinstance(service, ServiceCommand) or model is None or type(command).__module__ != "awscli.clidriver":
        return [] if FILE_OPTIONS & set(all_arguments(command)) else None
    # the CLI opens them itself: awscli/argprocess.py, unpack_scalar_cli_arg
    members = model.input_shape.members.items() if model.input_shape else ()
    streams = [xform_name(member, "-") for member, shape in members if shape.type_name == "blob" and shape.serialization.get("streaming")]
    files = [option for option, argument in command.arg_table.items() if type(argument).__name__ in FILE_ARGUMENTS]
    return sorted("--" + option for option in streams + files) or None


def all_arguments(command):
    """Those of a command and of the commands in it."""
    found = list(getattr(command, "arg_table", {}))
    for inner in (getattr(command, "subcommand_table", None) or {}).values():
        found += all_arguments(inner)
    return found


def file_list(services):
    lines = [
        "# Calls of the AWS CLI that read or write files of this machine by a plain name, without file://. Generated; do not edit.",
        "# To make it anew: releng/aws-operations/generate.py --files (docs/decisions/0008-operation-table.md)",
        f"# made from awscli/{awscli.__version__} botocore/{botocore.__version__}",
        "#",
        "# service operation options... (none: whatever the options)",
    ]
    for name, service in sorted(services.items()):
        for operation, command in sorted(commands_of(service).items()):
            options = file_options(service, operation, command)
            if options is not None:
                lines.append(" ".join([name, operation] + options))
    return "\n".join(lines) + "\n"


def secret_in(output):
    """The first member found in the output that is secret or private."""
    seen, todo = set(), [("", output)] if output is not None else []
    while todo:
        name, shape = todo.pop()
        if TAGS.search(name):
            continue
        if is_secret(name, shape):
            return name + " in its output"
        if shape.type_name == "list":
            todo.append((name, shape.member))
        elif shape.type_name == "map":
            todo += [(name, shape.key), (name, shape.value)]
        elif shape.type_name == "structure" and shape.name not in seen:
            seen.add(shape.name)
            todo += [("environment_variables" if name == "environment" and member == "Variables" else xform_name(member), inner)
                     for member, inner in sorted(shape.members.items())]
    return None


def is_secret(name, shape):
    if shape.metadata.get("sensitive"):
        return not METADATA.search(name)
    if shape.type_name == "string" and getattr(shape, "enum", None):
        return False
    if ENVIRONMENT.search(name):
        return shape.type_name == "map" or (shape.type_name == "list" and "value" in
                                            {member.lower() for member in getattr(shape.member, "members", ())})
    return shape.type_name in ("string", "blob", "map") and bool(SECRET.search(name)) and not REFERENCE.search(name)


def table(effects):
    lines = [
        "# What AWS operations do, as their models tell: services and operations as the AWS CLI names them. Generated; do not edit.",
        "# Corrections belong in aws-operations.txt. To make it anew: releng/aws-operations/generate.py (docs/decisions/0008-operation-table.md)",
        f"# made from awscli/{awscli.__version__} botocore/{botocore.__version__}",
        "#",
        "# service effect operations... (COMMAND: a command of the CLI's own)",
    ]
    for service in sorted(effects):
        for effect in sorted(set(effects[service].values())):
            line = head = service + " " + effect
            for operation in sorted(name for name, judged in effects[service].items() if judged == effect):
                if len(line) + 1 + len(operation) > WIDTH:
                    lines.append(line)
                    line = head
                line += " " + operation
            lines.append(line)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main(sys.argv[1:])
