import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
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
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * A server with Java's JSSE.
 *
 * <pre>Server RECEIVE SEND CERTIFICATE KEY AUTHORITY</pre>
 *
 * What it does is said in {@code prediction/server.rs}.
 */
public final class Server {
    private static SSLSocket socket;

    public static void main(String[] arguments) throws Exception {
        SSLServerSocket listener = (SSLServerSocket)
                context(arguments).getServerSocketFactory().createServerSocket();
        listener.setEnabledProtocols(new String[] {"TLSv1.3"});
        listener.setNeedClientAuth(!arguments[4].equals("-"));
        listener.setReceiveBufferSize(Integer.parseInt(arguments[0]));
        listener.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
        System.out.println(listener.getLocalPort());
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ");
            int length = words.length > 1 ? Integer.parseInt(words[1]) : 0;
            String told = "ok";
            try {
                switch (words[0]) {
                    case "handshake" -> {
                        socket = (SSLSocket) listener.accept();
                        socket.setSendBufferSize(Integer.parseInt(arguments[1]));
                        socket.setTcpNoDelay(true);
                        socket.startHandshake();
                    }
                    case "read" -> told = read(Integer.MAX_VALUE);
                    case "write" -> write(length);
                    case "duplex" -> duplex(length);
                    default -> socket.close();
                }
            } catch (Exception exception) {
                told = exception.toString();
            }
            System.out.println(told);
        }
        System.exit(0);
    }

    private static String read(int most) {
        int length = 0;
        try {
            InputStream input = socket.getInputStream();
            byte[] bytes = new byte[1 << 14];
            while (length < most) {
                int count = input.read(bytes);
                if (count < 0) {
                    return length + " end";
                }
                length += count;
            }
            return length + " so far";
        } catch (IOException exception) {
            return length + " " + exception;
        }
    }

    private static void write(int length) throws IOException {
        OutputStream output = socket.getOutputStream();
        byte[] bytes = new byte[1 << 14];
        for (int left = length; left > 0; left -= bytes.length) {
            output.write(bytes);
        }
    }

    private static void duplex(int length) throws Exception {
        Thread reader = new Thread(() -> read(length));
        reader.start();
        write(length);
        reader.join();
    }

    private static Certificate certificate(String path) throws Exception {
        try (InputStream input = Files.newInputStream(Path.of(path))) {
            return CertificateFactory.getInstance("X.509").generateCertificate(input);
        }
    }

    private static SSLContext context(String[] arguments) throws Exception {
        List<String> lines = Files.readAllLines(Path.of(arguments[3]));
        lines.removeIf(line -> line.startsWith("-"));
        byte[] bytes = Base64.getDecoder().decode(String.join("", lines));
        PrivateKey secret =
                KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(bytes));
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null);
        Certificate[] chain = {certificate(arguments[2])};
        store.setKeyEntry("server", secret, new char[0], chain);
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        TrustManager[] trusted = null;
        if (!arguments[4].equals("-")) {
            store.setCertificateEntry("authority", certificate(arguments[4]));
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            trusted = trust.getTrustManagers();
        }
        SSLContext made = SSLContext.getInstance("TLSv1.3");
        made.init(keys.getKeyManagers(), trusted, null);
        return made;
    }
}
