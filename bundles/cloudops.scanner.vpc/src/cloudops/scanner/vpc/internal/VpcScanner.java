package cloudops.scanner.vpc.internal;

import java.util.List;

import org.osgi.service.component.annotations.Component;

import cloudops.scanner.spi.ServiceScanner;
import cloudops.scanner.spi.ServiceScannerOfTypes;

/**
 * VPCs and what they are made of. EC2's API has them, so calls, ARNs and actions are those of {@code ec2}; scans and resources know the
 * service as {@code vpc}, as the console does, so that networks can be scanned without machines.
 */
@Component(service = ServiceScanner.class)
public final class VpcScanner extends ServiceScannerOfTypes {

    public VpcScanner() {
        super("vpc", new Networks(), new Subnets(), new SecurityGroups(), new RouteTables(), new NatGateways(), new InternetGateways(),
                new NetworkInterfaces(), new Endpoints());
    }

    @Override
    public List<String> eventSources() {
        return List.of("ec2");
    }
}
