package cloudops.demo.internal;

/** What the demonstration's user may do: operate, but not destroy data. */
final class DemoPolicies {

    static final String OPERATE = """
            {"Version": "2012-10-17", "Statement": [
              {"Sid": "SeeBalancers", "Effect": "Allow", "Resource": "*", "Action": "elasticloadbalancing:Describe*"},
              {"Sid": "See", "Effect": "Allow", "Resource": "*",
               "Action": ["ec2:Describe*", "rds:Describe*", "rds:ListTagsForResource", "s3:ListAllMyBuckets", "s3:ListBucket",
                          "s3:GetBucket*", "s3:GetEncryptionConfiguration", "s3:GetLifecycleConfiguration", "lambda:List*",
                          "iam:Get*", "iam:List*", "sts:GetCallerIdentity"]},
              {"Sid": "Operate", "Effect": "Allow", "Resource": "*",
               "Action": ["ec2:StartInstances", "ec2:StopInstances", "ec2:RebootInstances", "ec2:CreateSnapshot", "ec2:CreateTags",
                          "rds:StartDBInstance", "rds:StopDBInstance", "rds:RebootDBInstance", "rds:CreateDBSnapshot",
                          "rds:AddTagsToResource", "rds:DeleteDBInstance", "s3:PutBucketTagging"]}]}
            """;

    static final String PROTECT = """
            {"Version": "2012-10-17", "Statement": [
              {"Sid": "NeverDeleteDatabases", "Effect": "Deny", "Action": ["rds:DeleteDBInstance", "rds:DeleteDBCluster"], "Resource": "*"},
              {"Sid": "NeverDeleteBuckets", "Effect": "Deny", "Action": ["s3:DeleteBucket", "s3:DeleteObject*"], "Resource": "*"}]}
            """;

    private DemoPolicies() {
    }
}
