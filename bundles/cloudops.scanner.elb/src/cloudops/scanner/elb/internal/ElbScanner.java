package cloudops.scanner.elb.internal;

import java.util.List;

import org.osgi.service.component.annotations.Component;

import cloudops.scanner.spi.ServiceScanner;
import cloudops.scanner.spi.ServiceScannerOfTypes;

/**
 * Elastic Load Balancing: Classic Load Balancers, which the CLI calls {@code elb}, and application, network and gateway ones with their
 * target groups, which it calls {@code elbv2}. Scans and resources know all of it as {@code elb}.
 */
@Component(service = ServiceScanner.class)
public final class ElbScanner extends ServiceScannerOfTypes {

    public ElbScanner() {
        super("elb", new ClassicLoadBalancers(), new LoadBalancers(), new TargetGroups());
    }

    @Override
    public List<String> eventSources() {
        return List.of("elasticloadbalancing");
    }
}
