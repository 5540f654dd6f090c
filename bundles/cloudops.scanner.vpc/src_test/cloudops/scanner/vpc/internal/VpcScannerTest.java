package cloudops.scanner.vpc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import cloudops.json.Json;
import cloudops.scanner.contract.AnsweredAccount;
import cloudops.scanner.contract.ScannerContract;
import cloudops.scanner.spi.ServiceScanner.RawResource;

class VpcScannerTest extends ScannerContract {

    private static final VpcScanner SCANNER = new VpcScanner();

    VpcScannerTest() {
        super(SCANNER);
    }

    /** Of a principal that may do anything. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", value = {
        "vpc_network            | 'VpcId':'v','State':'available'                              | none  | whether it is empty is not known",
        "vpc_network            | 'VpcId':'v','State':'pending'                                | false | state is pending",
        "vpc_network            | 'VpcId':'v','State':'available','OwnerId':'999988887777'     | false | it belongs to account 999988887777",
        "vpc_subnet             | 'SubnetId':'s','CidrBlock':'10.0.0.0/24','AvailableIpAddressCount':251 | true | none",
        "vpc_subnet             | 'SubnetId':'s','CidrBlock':'10.0.0.0/24','AvailableIpAddressCount':250 | false | some of its addresses are in use",
        "vpc_subnet             | 'SubnetId':'s','CidrBlock':'10.0.0.0/99','AvailableIpAddressCount':250 | none | whether anything is in it is not known",
        "vpc_subnet             | 'SubnetId':'s','CidrBlock':'10.0.0.0/24'                     | none  | whether anything is in it is not known",
        "vpc_security_group     | 'GroupId':'g','GroupName':'default'                          | false | it is the default group of its VPC",
        "vpc_security_group     | 'GroupId':'g','GroupName':'web'                              | none  | whether network interfaces use it is not known",
        "vpc_route_table        | 'RouteTableId':'r','Associations':[{'Main':true}]            | false | it is the main route table of its VPC",
        "vpc_route_table        | 'RouteTableId':'r','Associations':[{'SubnetId':'s'}]         | false | associated with s",
        "vpc_route_table        | 'RouteTableId':'r','Associations':[]                         | true  | none",
        "vpc_nat_gateway        | 'NatGatewayId':'n','State':'failed'                          | true  | none",
        "vpc_nat_gateway        | 'NatGatewayId':'n','State':'deleting'                        | false | state is deleting",
        "vpc_internet_gateway   | 'InternetGatewayId':'i','Attachments':[{'VpcId':'v'}]        | false | attached to v",
        "vpc_internet_gateway   | 'InternetGatewayId':'i'                                      | true  | none",
        "vpc_network_interface  | 'NetworkInterfaceId':'e','Status':'available'                | true  | none",
        "vpc_network_interface  | 'NetworkInterfaceId':'e','Status':'in-use'                   | false | state is in-use",
        "vpc_network_interface  | 'NetworkInterfaceId':'e','Status':'available','Operator':{'Managed':true} | false | AWS manages it",
        "vpc_endpoint           | 'VpcEndpointId':'e','State':'available'                      | true  | none",
        "vpc_endpoint           | 'VpcEndpointId':'e','State':'Deleting'                       | false | state is Deleting",
        "vpc_endpoint           | 'VpcEndpointId':'e','State':'available','RequesterManaged':true | false | AWS manages it",
    })
    void deletesWhatAwsDeletes(String type, String members, Boolean canDelete, String reason) throws Exception {
        var verdicts = judged(type, "{" + members + "}", SCANNER.actions(type).toArray(String[]::new));

        assertDeletable(verdicts, canDelete, reason);
        assertThat(verdicts.canStop()).isFalse();
        assertThat(verdicts.canStart()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", value = {
        "'IpProtocol':'-1','IpRanges':[{'CidrIp':'10.0.0.0/8'}]                                | all traffic from 10.0.0.0/8 | false",
        "'IpProtocol':'tcp','FromPort':22,'ToPort':22,'IpRanges':[{'CidrIp':'0.0.0.0/0'}]      | tcp 22 from 0.0.0.0/0       | true",
        "'IpProtocol':'udp','FromPort':1,'ToPort':9,'Ipv6Ranges':[{'CidrIpv6':'::/0'}]         | udp 1-9 from ::/0           | true",
        "'IpProtocol':'icmp','FromPort':8,'ToPort':-1,'UserIdGroupPairs':[{'GroupId':'sg-1'}]  | icmp 8 from sg-1            | false",
        "'IpProtocol':'50','PrefixListIds':[{'PrefixListId':'pl-1'}]                           | 50 from pl-1                | false",
    })
    void rulesAreSaidInWords(String rule, String text, boolean open) throws Exception {
        var permissions = List.of(Json.mapper().readTree(("{" + rule + "}").replace('\'', '"')));

        assertThat(SecurityGroupRules.texts(permissions, "from")).containsExactly(text);
        assertThat(SecurityGroupRules.openToInternet(permissions)).isEqualTo(open);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "vpc_network           | VpcId              | vpc/x",
        "vpc_subnet            | SubnetId           | subnet/x",
        "vpc_security_group    | GroupId            | security-group/x",
        "vpc_route_table       | RouteTableId       | route-table/x",
        "vpc_nat_gateway       | NatGatewayId       | natgateway/x",
        "vpc_internet_gateway  | InternetGatewayId  | internet-gateway/x",
        "vpc_network_interface | NetworkInterfaceId | network-interface/x",
        "vpc_endpoint          | VpcEndpointId      | vpc-endpoint/x",
    })
    void arnsAreOfTheirPartitionAndOwner(String type, String member, String arn) {
        var data = Json.mapper().createObjectNode().put(member, "x");
        var own = SCANNER.transform(new RawResource(type, data), new AnsweredAccount("aws-cn"));
        var shared = SCANNER.transform(new RawResource(type, data.deepCopy().put("OwnerId", "999988887777")), new AnsweredAccount("aws"));

        assertThat(own.arn()).isEqualTo("arn:aws-cn:ec2:us-west-2:123456789012:" + arn);
        assertThat(own.metadata()).doesNotContainKey("owner");
        assertThat(shared.arn()).isEqualTo("arn:aws:ec2:us-west-2:999988887777:" + arn);
        assertThat(shared.accountId()).isEqualTo("123456789012");
        assertThat(shared.metadata()).containsEntry("owner", "999988887777");
    }
}
