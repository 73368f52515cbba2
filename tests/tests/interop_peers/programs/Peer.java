import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Java's JSSE as either end of a connection.
 *
 * <pre>
 * Peer client PORT AUTHORITY CERTIFICATE KEY [GROUP]
 * Peer server AUTHORITY CERTIFICATE KEY [GROUP]
 * </pre>
 *
 * What it does is said in {@code interop_peers/program.rs}.
 */
public final class Peer {
    private static final Map<String, String> GROUPS = Map.of("P-384", "secp384r1");

    public static void main(String[] arguments) throws Exception {
        boolean server = arguments[0].equals("server");
        String[] files = Arrays.copyOfRange(arguments, server ? 1 : 2, arguments.length);
        if (files.length > 3) {
            System.setProperty("jdk.tls.namedGroups", GROUPS.get(files[3]));
        }
        SSLContext context = context(files);
        ServerSocket listener = null;
        if (server) {
            listener = new ServerSocket(0, 8, InetAddress.getByName("127.0.0.1"));
            System.out.println(listener.getLocalPort());
        }
        BufferedReader works = new BufferedReader(new InputStreamReader(System.in));
        for (String work = works.readLine(); work != null; work = works.readLine()) {
            String told;
            try {
                Socket plain = server
                        ? listener.accept()
                        : new Socket("127.0.0.1", Integer.parseInt(arguments[1]));
                told = talk(work, plain, secure(context, plain, server));
            } catch (Exception exception) {
                told = exception.toString();
            }
            System.out.println(told);
        }
    }

    private static SSLSocket secure(SSLContext context, Socket plain, boolean server)
            throws Exception {
        plain.setTcpNoDelay(true);
        SSLSocket secured = server
                ? (SSLSocket) context.getSocketFactory().createSocket(plain, null, true)
                : (SSLSocket) context.getSocketFactory()
                        .createSocket(plain, "localhost", plain.getPort(), true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3"});
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        if (server) {
            parameters.setWantClientAuth(true);
        } else {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    /** Works on one connection until its end. */
    private static String talk(String work, Socket plain, SSLSocket secured) throws Exception {
        String told = showed(secured) ? "ok certificate" : "ok";
        InputStream input = secured.getInputStream();
        OutputStream output = secured.getOutputStream();
        ByteArrayOutputStream late = new ByteArrayOutputStream();
        byte[] chunk = new byte[1 << 14];
        for (int count = input.read(chunk); count >= 0; count = input.read(chunk)) {
            if (work.equals("cut")) {
                plain.close();
                return told;
            }
            (work.equals("late") ? late : output).write(chunk, 0, count);
        }
        output.write(late.toByteArray());
        secured.close();
        return told;
    }

    private static boolean showed(SSLSocket secured) {
        try {
            return secured.getSession().getPeerCertificates().length > 0;
        } catch (SSLPeerUnverifiedException exception) {
            return false;
        }
    }

    private static Certificate certificate(String path) throws Exception {
        try (InputStream input = Files.newInputStream(Path.of(path))) {
            return CertificateFactory.getInstance("X.509").generateCertificate(input);
        }
    }

    private static SSLContext context(String[] files) throws Exception {
        List<String> lines = Files.readAllLines(Path.of(files[2]));
        lines.removeIf(line -> line.startsWith("-"));
        byte[] bytes = Base64.getDecoder().decode(String.join("", lines));
        PrivateKey secret =
                KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(bytes));
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null);
        Certificate authority = certificate(files[0]);
        store.setKeyEntry("own", secret, new char[0], new Certificate[] {certificate(files[1])});
        store.setCertificateEntry("authority", authority);
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext made = SSLContext.getInstance("TLSv1.3");
        made.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return made;
    }
}
