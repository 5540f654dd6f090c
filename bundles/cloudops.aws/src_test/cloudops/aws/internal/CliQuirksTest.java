package cloudops.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.json.Json;

class CliQuirksTest {

    private static ObjectNode json(String text) throws Exception {
        return (ObjectNode) Json.mapper().readTree(text);
    }

    @Test
    void policiesOfIamAreJson() throws Exception {
        var answer = json("""
                {"UserName":"%7B%7D","UserDetailList":[{"UserPolicyList":[{"PolicyDocument":"%7B%22a%22%3A%20%22b+c%2541%22%7D"}]}],
                 "PolicyVersion":{"Document":"{\\"x\\":[]}"},"AssumeRolePolicyDocument":"%ZZ no policy"}""");
        CliQuirks.after("iam", "GetAccountAuthorizationDetails", answer);
        assertThat(answer).isEqualTo(json("""
                {"UserName":"%7B%7D","UserDetailList":[{"UserPolicyList":[{"PolicyDocument":{"a":"b+c%41"}}]}],
                 "PolicyVersion":{"Document":{"x":[]}},"AssumeRolePolicyDocument":"%ZZ no policy"}"""));
    }

    @Test
    void userDataIsSentAndConsoleOutputPrintedAsText() throws Exception {
        var params = json("{\"UserData\":\"#!/bin/sh\"}");
        CliQuirks.before("ec2", "RunInstances", params);
        assertThat(params).isEqualTo(json("{\"UserData\":\"IyEvYmluL3No\"}"));
        var answer = json("{\"Output\":\"aGVs\\nbG8=\"}");
        CliQuirks.after("ec2", "GetConsoleOutput", answer);
        assertThat(answer).isEqualTo(json("{\"Output\":\"hello\"}"));
    }

    @Test
    void imagesArePublicAndNotOfPublicLaunchPermissions() throws Exception {
        var answer = json("{\"Images\":[{\"ImageId\":\"ami-1\",\"PublicLaunchPermissions\":false},{\"ImageId\":\"ami-2\"}]}");
        CliQuirks.after("ec2", "DescribeImages", answer);
        assertThat(answer).isEqualTo(json("{\"Images\":[{\"ImageId\":\"ami-1\",\"Public\":false},{\"ImageId\":\"ami-2\"}]}"));
    }

    @Test
    void bucketsOfTheFirstRegionHaveNoLocation() throws Exception {
        var answer = json("{\"LocationConstraint\":\"\"}");
        CliQuirks.after("s3api", "GetBucketLocation", answer);
        assertThat(answer).isEmpty();
        var elsewhere = json("{\"LocationConstraint\":\"eu-west-1\"}");
        CliQuirks.after("s3api", "GetBucketLocation", elsewhere);
        assertThat(elsewhere).hasSize(1);
    }

    @Test
    void otherServicesStayAsTheyAre() throws Exception {
        var answer = json("{\"PolicyDocument\":\"%7B%7D\",\"LocationConstraint\":\"\"}");
        CliQuirks.after("rds", "X", answer);
        assertThat(answer).hasSize(2);
    }
}
