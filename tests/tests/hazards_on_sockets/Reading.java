import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * A server of Java's that only reads.
 *
 * <p>Arguments: the certificate and the key, in PEM; the size of the socket's receive buffer. The
 * first line of the output is the port, the second says that the handshake is complete. Then a line
 * of the input, whatever it says, has it read to the end: it answers how many bytes it has read, or
 * that it has met an error.
 */
public final class Reading {
    public static void main(String[] arguments) throws Exception {
        SSLServerSocket listener = (SSLServerSocket) context(arguments[0], arguments[1])
                .getServerSocketFactory().createServerSocket();
        listener.setEnabledProtocols(new String[] {"TLSv1.3"});
        listener.setReceiveBufferSize(Integer.parseInt(arguments[2]));
        listener.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
        System.out.println(listener.getLocalPort());
        SSLSocket socket = (SSLSocket) listener.accept();
        socket.setTcpNoDelay(true);
        socket.startHandshake();
        System.out.println("connected");
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
        commands.readLine();
        System.out.println(read(socket.getInputStream()));
    }

    private static String read(InputStream input) {
        try {
            byte[] bytes = new byte[1 << 14];
            int length = 0;
            while (true) {
                int count = input.read(bytes);
                if (count < 0) {
                    return String.valueOf(length);
                }
                length += count;
            }
        } catch (Exception exception) {
            System.err.println(exception);
            return "error";
        }
    }

    private static SSLContext context(String certificate, String key) throws Exception {
        Certificate read;
        try (InputStream input = Files.newInputStream(Path.of(certificate))) {
            read = CertificateFactory.getInstance("X.509").generateCertificate(input);
        }
        List<String> lines = Files.readAllLines(Path.of(key));
        lines.removeIf(line -> line.startsWith("-"));
        byte[] bytes = Base64.getDecoder().decode(String.join("", lines));
        PrivateKey secret =
                KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(bytes));
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null);
        store.setKeyEntry("server", secret, new char[0], new Certificate[] {read});
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext made = SSLContext.getInstance("TLSv1.3");
        made.init(keys.getKeyManagers(), null, null);
        return made;
    }
}
