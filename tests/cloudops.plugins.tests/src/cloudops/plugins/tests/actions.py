"""Prints the operations of AWS's services as IAM actions, a line each. Arguments: PREFIX=SERVICE, as IAM and as botocore name it."""
import re
import sys

import botocore.session

session = botocore.session.get_session()
for argument in sys.argv[1:]:
    prefix, service = argument.split("=")
    for operation in session.get_service_model(service).operation_names:
        print(prefix + ":" + re.sub(r"\d{4}_\d\d_\d\d$", "", operation))
