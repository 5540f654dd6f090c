"""Makes the estate of the benchmark in a simulator: seed.py ENDPOINT '{"regions": [...], "counts": {"instances": n, ...}}' prints [access key, secret].

Every name has the mark -c00- in it, by which the replay proxy makes copies. The names are like those that people give, and no two are the same.
"""
import io
import json
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config

APPS = ["billing", "checkout", "identity", "payments", "catalog", "shipping", "inventory", "mailer", "analytics", "payroll", "fraud", "orders", "reports"]
ROLES = ["api", "web", "worker", "batch", "cache", "logs", "backups"]
STAGES = ["production", "staging", "dev", "qa"]
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Sid": "See", "Effect": "Allow", "Resource": "*", "Action": ["*:Describe*", "ec2:*", "rds:*", "s3:Get*", "s3:List*", "lambda:*", "iam:Get*", "iam:List*"]},
    {"Sid": "Keep", "Effect": "Deny", "Resource": "*", "Action": ["rds:DeleteDBInstance", "ec2:TerminateInstances"],
     "Condition": {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}}]})


def client(service, region):
    return boto3.client(service, region_name=region, endpoint_url=sys.argv[1], aws_access_key_id="simulator", aws_secret_access_key="simulator",
                        config=Config(s3={"addressing_style": "path"}, max_pool_connections=50))


def name(number):
    return f"{APPS[number % len(APPS)]}-{ROLES[number % len(ROLES)]}-c00-{number:05d}"


def tags(number, key="Key", value="Value"):
    return [{key: "Name", value: name(number)}, {key: "team", value: APPS[number % len(APPS)]}, {key: "env", value: STAGES[number % len(STAGES)]}]


def instances(region):
    ec2 = client("ec2", region)
    return lambda number: ec2.run_instances(ImageId="ami-0123456789abcdef0", MinCount=1, MaxCount=1, InstanceType="m5.large", TagSpecifications=[
        {"ResourceType": "instance", "Tags": tags(number)},
        {"ResourceType": "volume", "Tags": [{"Key": "Name", "Value": name(number) + "-root"}]}])


def databases(region):
    rds = client("rds", region)
    return lambda number: rds.create_db_instance(DBInstanceIdentifier=name(number), Engine="postgres", DBInstanceClass="db.r5.large", AllocatedStorage=200,
                                                 MasterUsername="master", MasterUserPassword="only-in-the-simulator", Tags=tags(number))


def buckets(region):
    s3 = client("s3", region)

    def bucket(number):
        s3.create_bucket(Bucket=name(number), **({} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}))
        s3.put_bucket_tagging(Bucket=name(number), Tagging={"TagSet": tags(number)})
    return bucket


def functions(region):
    functions = client("lambda", region)
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "def main(event, context): pass")
    return lambda number: functions.create_function(FunctionName=name(number), Runtime="python3.12", Handler="main.main", Role=ROLE,
                                                    Code={"ZipFile": code.getvalue()}, Tags={tag["Key"]: tag["Value"] for tag in tags(number)})


def balancers(region):
    elb = client("elbv2", region)
    subnets = [subnet["SubnetId"] for subnet in client("ec2", region).describe_subnets()["Subnets"][:2]]
    return lambda number: elb.create_load_balancer(Name=name(number), Subnets=subnets, Tags=tags(number))


plan = json.loads(sys.argv[2])
iam = client("iam", "us-east-1")
ROLE = iam.create_role(RoleName="functions", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}]}))["Role"]["Arn"]
iam.create_user(UserName="operator")
iam.put_user_policy(UserName="operator", PolicyName="operate", PolicyDocument=POLICY)
key = iam.create_access_key(UserName="operator")["AccessKey"]
with ThreadPoolExecutor(4) as threads:
    for what, count in plan["counts"].items():
        make = [globals()[what](region) for region in plan["regions"]]
        list(threads.map(lambda number: make[number % len(make)](number), range(count)))
json.dump([key["AccessKeyId"], key["SecretAccessKey"]], sys.stdout)
