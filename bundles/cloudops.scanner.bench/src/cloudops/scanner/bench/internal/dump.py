"""What a script of somebody's does instead of a scan: lists everything with boto3 in 10 threads and writes it as JSON.

dump.py ENDPOINT FILE 'REGION …' 'SERVICE …'; the profile is AWS_PROFILE
"""
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

LISTS = {"ec2": [("ec2", "describe_instances"), ("ec2", "describe_volumes")], "rds": [("rds", "describe_db_instances")],
         "lambda": [("lambda", "list_functions")], "elb": [("elbv2", "describe_load_balancers"), ("elb", "describe_load_balancers")]}

endpoint, file, regions, services = sys.argv[1], sys.argv[2], sys.argv[3].split(), sys.argv[4].split()
session = boto3.session.Session()
making = Lock()
made = {}


def client(service, region):
    with making:  # a session is not thread-safe, its clients are
        if (service, region) not in made:
            made[service, region] = session.client(service, region_name=region, endpoint_url=endpoint,
                                                   config=Config(s3={"addressing_style": "path"}, max_pool_connections=10))
        return made[service, region]


def listing(service, operation, region):
    return [page for page in client(service, region).get_paginator(operation).paginate()]


def bucket(name):
    s3 = client("s3", regions[0])
    facts = {"Name": name}
    for operation in (s3.get_bucket_location, s3.get_bucket_tagging):
        try:
            facts.update(operation(Bucket=name))
        except ClientError as e:
            facts[operation.__name__] = str(e)
    return facts


with ThreadPoolExecutor(10) as threads, open(file, "w") as out:
    work = [threads.submit(listing, service, operation, region) for name in services for service, operation in LISTS.get(name, []) for region in regions]
    if "s3" in services:
        work += [threads.submit(bucket, each["Name"]) for each in client("s3", regions[0]).list_buckets()["Buckets"]]
    for each in work:
        json.dump(each.result(), out, default=str)
