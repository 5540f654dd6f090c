"""Fills the simulator at sys.argv[1] with resources of the services that plug-ins scan, in the region sys.argv[2].

Prints, as JSON, the access key of a user who may do everything, and per resource type the identifiers that boto3 then lists.
"""
import json
import sys

import boto3

ENDPOINT, REGION = sys.argv[1:]
TAGS = {"environment": "test", "note": "it's \"big\" $(ls)\n\u202e\U0001f680"}
UPPER = [{"Key": key, "Value": value} for key, value in TAGS.items()]
LOWER = [{"key": key, "value": value} for key, value in TAGS.items()]
SESSION = boto3.Session("simulator", "simulator", region_name=REGION)


def client(service):
    return SESSION.client(service, endpoint_url=ENDPOINT)


def pages(service, operation, member, **params):
    return [each for page in client(service).get_paginator(operation).paginate(**params) for each in page.get(member, [])]


def user():
    iam = client("iam")
    iam.create_user(UserName="scanner")
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam.put_user_policy(UserName="scanner", PolicyName="everything", PolicyDocument=json.dumps(everything))
    key = iam.create_access_key(UserName="scanner")["AccessKey"]
    return {"id": key["AccessKeyId"], "secret": key["SecretAccessKey"]}


def messaging():
    sqs, sns = client("sqs"), client("sns")
    dead = sqs.create_queue(QueueName="orders-dead.fifo", Attributes={"FifoQueue": "true"}, tags=TAGS)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 5})
    sqs.create_queue(QueueName="orders.fifo", Attributes={"FifoQueue": "true", "RedrivePolicy": redrive})
    for name in ("alerts", "orders"):
        topic = sns.create_topic(Name=name, Tags=UPPER)["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="ops@example.com")


def storage():
    dynamodb = client("dynamodb")
    for name in ("orders", "sessions"):
        dynamodb.create_table(TableName=name, KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST",
                              AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}], Tags=UPPER,
                              DeletionProtectionEnabled=name == "orders")
    dynamodb.update_continuous_backups(TableName="orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    efs, subnet = client("efs"), client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    shared = efs.create_file_system(CreationToken="shared", Tags=[{"Key": "Name", "Value": "shared"}, *UPPER])["FileSystemId"]
    efs.create_mount_target(FileSystemId=shared, SubnetId=subnet)
    elasticache = client("elasticache")
    elasticache.create_cache_cluster(CacheClusterId="pages", Engine="memcached", CacheNodeType="cache.t4g.micro", NumCacheNodes=1, Tags=UPPER)
    elasticache.create_replication_group(ReplicationGroupId="carts", ReplicationGroupDescription="of the shop", Engine="redis",
                                         CacheNodeType="cache.t4g.small", Tags=UPPER)


def containers():
    ecs = client("ecs")
    for name in ("shop", "empty"):
        ecs.create_cluster(clusterName=name, tags=LOWER)
    ecs.register_task_definition(family="web", containerDefinitions=[{"name": "web", "image": "web", "memory": 64}])
    for number in range(12):  # more than one call describes
        ecs.create_service(cluster="shop", serviceName="web-%d" % number, taskDefinition="web", desiredCount=1, tags=LOWER)
    eks = client("eks")
    subnets = [each["SubnetId"] for each in client("ec2").describe_subnets()["Subnets"][:2]]
    role = "arn:aws:iam::123456789012:role/eks"
    eks.create_cluster(name="shop", roleArn=role, resourcesVpcConfig={"subnetIds": subnets}, tags=TAGS)
    eks.create_nodegroup(clusterName="shop", nodegroupName="main", subnets=subnets, nodeRole=role, tags=TAGS)


def keys():
    kms = client("kms")
    key = kms.create_key(Description="of the shop", Tags=[{"TagKey": key, "TagValue": value} for key, value in TAGS.items()])
    kms.create_alias(AliasName="alias/shop", TargetKeyId=key["KeyMetadata"]["KeyId"])
    gone = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.schedule_key_deletion(KeyId=gone)
    secrets = client("secretsmanager")
    for name in ("shop/db", "leaving"):
        secrets.create_secret(Name=name, SecretString="never-to-be-read", Tags=UPPER)
    secrets.delete_secret(SecretId="leaving")


def operations():
    cloudwatch = client("cloudwatch")
    for name in ("cpu", "disk"):  # the simulator has no composite ones
        cloudwatch.put_metric_alarm(AlarmName=name, Namespace="AWS/EC2", MetricName=name, Statistic="Average", Period=300,
                                    EvaluationPeriods=3, Threshold=80.5, ComparisonOperator="GreaterThanThreshold", Tags=UPPER,
                                    Dimensions=[{"Name": "InstanceId", "Value": "i-1"}])
    template = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "of-a-stack"}}},
                "Outputs": {"Queue": {"Value": "of-a-stack", "Export": {"Name": "the-queue"}}}}
    client("cloudformation").create_stack(StackName="messaging", TemplateBody=json.dumps(template), Tags=UPPER)
    ec2, autoscaling = client("ec2"), client("autoscaling")
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"ImageId": "ami-12345678", "InstanceType": "t3.micro"})
    autoscaling.create_auto_scaling_group(AutoScalingGroupName="web", LaunchTemplate={"LaunchTemplateName": "web", "Version": "1"},
                                          MinSize=0, MaxSize=2, DesiredCapacity=0, AvailabilityZones=[REGION + "a"],
                                          Tags=[{**tag, "PropagateAtLaunch": False} for tag in UPPER])
    client("stepfunctions").create_state_machine(
        name="orders", roleArn="arn:aws:iam::123456789012:role/states", tags=LOWER,
        definition=json.dumps({"StartAt": "end", "States": {"end": {"Type": "Succeed"}}}))


def network():
    route53 = client("route53")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference="1", HostedZoneConfig={"Comment": "", "PrivateZone": False})
    name = zone["HostedZone"]["Id"].split("/")[-1]
    route53.change_tags_for_resource(ResourceType="hostedzone", ResourceId=name, AddTags=UPPER)
    client("apigateway").create_rest_api(name="shop", tags=TAGS)
    client("apigatewayv2").create_api(Name="chat", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action", Tags=TAGS)


def truth():
    clusters = pages("ecs", "list_clusters", "clusterArns")
    return {
        "apigateway_http_api": [each["ApiId"] for each in pages("apigatewayv2", "get_apis", "Items")],
        "apigateway_rest_api": [each["id"] for each in pages("apigateway", "get_rest_apis", "items")],
        "autoscaling_group": [each["AutoScalingGroupName"] for each in
                              pages("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups")],
        "cloudformation_stack": [each["StackName"] for each in pages("cloudformation", "describe_stacks", "Stacks")],
        "cloudwatch_alarm": [each["AlarmName"] for kind in ("MetricAlarms", "CompositeAlarms") for each in
                             pages("cloudwatch", "describe_alarms", kind, AlarmTypes=["MetricAlarm", "CompositeAlarm"])],
        "dynamodb_table": pages("dynamodb", "list_tables", "TableNames"),
        "ecs_cluster": [arn.split("/")[-1] for arn in clusters],
        "ecs_service": ["/".join(arn.split("/")[-2:]) for cluster in clusters for arn in
                        pages("ecs", "list_services", "serviceArns", cluster=cluster)],
        "efs_file_system": [each["FileSystemId"] for each in pages("efs", "describe_file_systems", "FileSystems")],
        "eks_cluster": pages("eks", "list_clusters", "clusters"),
        "eks_node_group": ["shop/" + each for each in pages("eks", "list_nodegroups", "nodegroups", clusterName="shop")],
        "elasticache_cluster": [each["CacheClusterId"] for each in pages("elasticache", "describe_cache_clusters", "CacheClusters")],
        "elasticache_replication_group": [each["ReplicationGroupId"] for each in
                                          pages("elasticache", "describe_replication_groups", "ReplicationGroups")],
        "kms_key": [each["KeyId"] for each in pages("kms", "list_keys", "Keys")],
        "route53_hosted_zone": [each["Id"].split("/")[-1] for each in pages("route53", "list_hosted_zones", "HostedZones")],
        "secretsmanager_secret": [each["Name"] for each in
                                  pages("secretsmanager", "list_secrets", "SecretList", IncludePlannedDeletion=True)],
        "sns_topic": [each["TopicArn"].split(":")[-1] for each in pages("sns", "list_topics", "Topics")],
        "sqs_queue": [each.split("/")[-1] for each in pages("sqs", "list_queues", "QueueUrls")],
        "stepfunctions_state_machine": [each["name"] for each in pages("stepfunctions", "list_state_machines", "stateMachines")],
    }


KEY = user()
for seed in (messaging, storage, containers, keys, operations, network):
    seed()
print(json.dumps({"key": KEY, "resources": truth()}))
