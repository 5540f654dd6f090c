package cloudops.scanner.ec2.internal;

import org.osgi.service.component.annotations.Component;

import cloudops.scanner.spi.ServiceScanner;
import cloudops.scanner.spi.ServiceScannerOfTypes;

/** EC2: instances, EBS volumes and snapshots, images, key pairs and Elastic IP addresses. Its networks are another scanner's. */
@Component(service = ServiceScanner.class)
public final class Ec2Scanner extends ServiceScannerOfTypes {

    public Ec2Scanner() {
        super("ec2", new Instances(), new Volumes(), new Snapshots(), new Images(), new KeyPairs(), new ElasticIps());
    }
}
