"""Makes estates in a simulator, and says with boto3 alone what is in one.

seed ENDPOINT JSON   {"accounts": [...], "regions": [...], "instances": n, "databases": n, "buckets": n, "one_of_each": true}
                     n an account and region, but buckets an account; prints {account: [access key, secret]}
list ENDPOINT JSON   {"keys": what seed printed, "regions": [...], "types": {type: how to list it, as in types.json}}
                     prints {type: sorted ["account region identifier"]}; of a global type without the region
"""
import io
import json
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor

import boto3
import jmespath
from botocore.config import Config

ANYTHING = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})


def clients(endpoint, key, secret, token=None):
    session = boto3.session.Session(aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token)
    return lambda service, region: session.client(service, region_name=region, endpoint_url=endpoint,
                                                  config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 0}))


def administrator(endpoint, account):
    """The simulator trusts any key; another account than its first is entered through a role of it."""
    role = clients(endpoint, "simulator", "simulator")("sts", "us-east-1").assume_role(
        RoleArn=f"arn:aws:iam::{account}:role/administrator", RoleSessionName="seed")["Credentials"]
    return clients(endpoint, role["AccessKeyId"], role["SecretAccessKey"], role["SessionToken"])


def seed_account(endpoint, account, plan):
    client = administrator(endpoint, account)
    iam = client("iam", "us-east-1")
    iam.create_user(UserName="operator")
    iam.put_user_policy(UserName="operator", PolicyName="anything", PolicyDocument=ANYTHING)
    key = iam.create_access_key(UserName="operator")["AccessKey"]
    if plan["one_of_each"]:
        of_functions(iam)
    for region in plan["regions"]:
        ec2, rds = client("ec2", region), client("rds", region)
        for number in range(plan["instances"]):
            name = f"shared-name-{number}"
            ec2.run_instances(ImageId="ami-0123456789abcdef0", MinCount=1, MaxCount=1,
                              TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": name}]}])
        for number in range(plan["databases"]):
            rds.create_db_instance(DBInstanceIdentifier=f"shared-name-{number}", Engine="postgres", DBInstanceClass="db.t3.micro",
                                   AllocatedStorage=20, MasterUsername="master", MasterUserPassword="only-in-the-simulator")
        if plan["one_of_each"]:
            one_of_each(client, region)
    for number in range(plan["buckets"]):
        region = plan["regions"][number % len(plan["regions"])]
        s3 = client("s3", region)
        bucket = {"Bucket": f"bucket-{account}-{number}"}
        s3.create_bucket(**bucket, **({} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}))
        s3.put_bucket_tagging(**bucket, Tagging={"TagSet": [{"Key": "number", "Value": str(number)}]})
        if plan["one_of_each"] and number == 0:
            configure(s3, bucket)
    return account, [key["AccessKeyId"], key["SecretAccessKey"]]


def seed(endpoint, plan):
    with ThreadPoolExecutor(4) as threads:
        return dict(threads.map(lambda account: seed_account(endpoint, account, plan), plan["accounts"]))


def one_of_each(client, region):
    """One of each kind that an account does not have from the beginning."""
    ec2 = client("ec2", region)
    volume = ec2.create_volume(AvailabilityZone=region + "a", Size=1)["VolumeId"]
    ec2.create_snapshot(VolumeId=volume)
    ec2.create_key_pair(KeyName="a-key")
    ec2.allocate_address(Domain="vpc")
    instance = ec2.run_instances(ImageId="ami-0123456789abcdef0", MinCount=1, MaxCount=1)["Instances"][0]
    ec2.create_image(InstanceId=instance["InstanceId"], Name="an-image")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{i}.0/24", AvailabilityZone=region + zone)["Subnet"]["SubnetId"]
               for i, zone in enumerate("ab")]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    ec2.create_nat_gateway(SubnetId=subnets[0], AllocationId=ec2.allocate_address(Domain="vpc")["AllocationId"])
    ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=f"com.amazonaws.{region}.s3")
    balancers = client("elbv2", region)
    balancers.create_load_balancer(Name="a-balancer", Subnets=subnets)
    balancers.create_target_group(Name="a-group", Protocol="HTTP", Port=80, VpcId=vpc)
    client("elb", region).create_load_balancer(LoadBalancerName="a-classic-one", AvailabilityZones=[region + "a"],
                                               Listeners=[{"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}])
    functions = client("lambda", region)
    code = {"ZipFile": archive()}
    functions.create_function(FunctionName="a-function", Runtime="python3.12", Handler="main.main", Code=code,
                              Role=client("iam", region).get_role(RoleName="of-functions")["Role"]["Arn"])
    functions.create_alias(FunctionName="a-function", Name="live", FunctionVersion="$LATEST")
    functions.publish_layer_version(LayerName="a-layer", Content=code)
    rds = client("rds", region)
    rds.create_db_cluster(DBClusterIdentifier="a-cluster", Engine="aurora-postgresql", MasterUsername="master",
                          MasterUserPassword="only-in-the-simulator")
    rds.create_db_cluster_snapshot(DBClusterSnapshotIdentifier="of-a-cluster", DBClusterIdentifier="a-cluster")
    rds.create_db_snapshot(DBSnapshotIdentifier="of-a-database", DBInstanceIdentifier="shared-name-0")


def configure(s3, bucket):
    """What can be said of a bucket; of the others there is none of it."""
    s3.put_bucket_versioning(**bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_encryption(**bucket, ServerSideEncryptionConfiguration={
        "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]})
    s3.put_bucket_lifecycle_configuration(**bucket, LifecycleConfiguration={
        "Rules": [{"ID": "old", "Filter": {"Prefix": ""}, "Status": "Enabled", "Expiration": {"Days": 30}}]})
    s3.put_public_access_block(**bucket, PublicAccessBlockConfiguration={
        "BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True})


def archive():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archived:
        archived.writestr("main.py", "def main(event, context): pass")
    return content.getvalue()


def of_functions(iam):
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}]}
    iam.create_role(RoleName="of-functions", AssumeRolePolicyDocument=json.dumps(trust))
    iam.create_group(GroupName="a-group")
    iam.create_policy(PolicyName="a-policy", PolicyDocument=ANYTHING)


def found(client, operation, arguments, path):
    if client.can_paginate(operation):
        return list(client.get_paginator(operation).paginate(**arguments).search(path))
    return jmespath.search(path, getattr(client, operation)(**arguments)) or []


def identifiers(client, row):
    names = found(client, row["operation"], row.get("arguments", {}), row["path"])
    if "each" not in row:
        return names
    each = row["each"]
    return [f"{name}:{inner}" for name in names for inner in found(client, each["operation"], {each["argument"]: name}, each["path"])]


def listed(endpoint, asked):
    lists = {kind: [] for kind in asked["types"]}
    for account, (key, secret) in asked["keys"].items():
        client = clients(endpoint, key, secret)
        for kind, row in asked["types"].items():
            everywhere = row.get("global", False)
            for region in ["us-east-1"] if everywhere else asked["regions"]:
                lists[kind] += [" ".join([account] + ([] if everywhere else [region]) + [identifier])
                                for identifier in identifiers(client(row["service"], region), row)]
    return {kind: sorted(lines) for kind, lines in lists.items()}


if __name__ == "__main__":
    task, endpoint, asked = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
    json.dump({"seed": seed, "list": listed}[task](endpoint, asked), sys.stdout)
