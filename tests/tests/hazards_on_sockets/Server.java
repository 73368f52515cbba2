import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
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
 * A server of Java's. Arguments: the certificate and the key, in PEM; the sizes of the socket's
 * receive and send buffer; and, for a server that is full-duplex, how many bytes to read, and to
 * write. The first line of the output is the port.
 *
 * <p>Full-duplex is as much so as a program can be: one thread does nothing but read, another
 * nothing but write. Each line of the input, whatever it says, is answered with what the two
 * threads do.
 *
 * <p>A server that is not full-duplex only reads. Its second line says that the handshake is
 * complete. Then a line of the input, whatever it says, has it read to the end: it answers how many
 * bytes it has read, or that it has met an error.
 */
public final class Server {
    private static Thread reader;
    private static Thread writer;

    public static void main(String[] arguments) throws Exception {
        SSLServerSocket listener = (SSLServerSocket) context(arguments[0], arguments[1])
                .getServerSocketFactory().createServerSocket();
        listener.setEnabledProtocols(new String[] {"TLSv1.3"});
        listener.setReceiveBufferSize(Integer.parseInt(arguments[2]));
        listener.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
        System.out.println(listener.getLocalPort());
        SSLSocket socket = (SSLSocket) listener.accept();
        socket.setSendBufferSize(Integer.parseInt(arguments[3]));
        socket.setTcpNoDelay(true);
        socket.startHandshake();
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
        if (arguments.length < 5) {
            System.out.println("connected");
            commands.readLine();
            System.out.println(readToEnd(socket));
            return;
        }
        int length = Integer.parseInt(arguments[4]);
        reader = new Thread(() -> read(socket, length));
        writer = new Thread(() -> write(socket, length));
        reader.start();
        writer.start();
        while (commands.readLine() != null) {
            System.out.println(doing());
        }
        System.exit(0);
    }

    private static void read(SSLSocket socket, int length) {
        try {
            InputStream input = socket.getInputStream();
            byte[] bytes = new byte[1 << 14];
            int left = length;
            while (left > 0) {
                int count = input.read(bytes);
                if (count < 0) {
                    return;
                }
                left -= count;
            }
        } catch (Exception exception) {
            System.err.println("reader: " + exception);
        }
    }

    private static String readToEnd(SSLSocket socket) {
        try {
            InputStream input = socket.getInputStream();
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

    private static void write(SSLSocket socket, int length) {
        try {
            OutputStream output = socket.getOutputStream();
            byte[] bytes = new byte[1 << 14];
            for (int left = length; left > 0; left -= bytes.length) {
                output.write(bytes);
            }
        } catch (Exception exception) {
            System.err.println("writer: " + exception);
        }
    }

    /** What the two threads do. */
    private static String doing() {
        if (!reader.isAlive() && !writer.isAlive()) {
            return "both are done";
        }
        ThreadInfo info = ManagementFactory.getThreadMXBean().getThreadInfo(reader.getId());
        if (info != null && info.getLockOwnerId() == writer.getId()) {
            return "the reader waits for a lock of the writer";
        }
        StackTraceElement[] stack = writer.getStackTrace();
        if (stack.length > 0 && stack[0].isNativeMethod()) {
            return "the writer is with the system";
        }
        return "something";
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
