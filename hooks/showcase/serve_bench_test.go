package showcase_test

import (
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// BenchmarkHTTP asks for the front page over loopback with 64 clients that keep their connection, through every
// middleware of the co-op, and tells answers a second. The clients share the machine with the server.
//
//	go test ./hooks/showcase -run '^$' -bench HTTP -benchtime 5s
func BenchmarkHTTP(b *testing.B) {
	const clients = 64
	server := living(b).Serve()
	transport := &http.Transport{MaxIdleConnsPerHost: clients, DisableCompression: true}
	ask := func() (int64, error) {
		request, err := http.NewRequest(http.MethodGet, server.URL+"/", nil)
		if err != nil {
			return 0, err
		}
		request.Header.Set("Accept-Encoding", "gzip")
		answer, err := transport.RoundTrip(request)
		if err != nil {
			return 0, err
		}
		defer func() { _ = answer.Body.Close() }()
		return io.Copy(io.Discard, answer.Body)
	}
	size, err := ask()
	if err != nil {
		b.Fatal(err)
	}
	var left atomic.Int64
	left.Store(int64(b.N))
	var all sync.WaitGroup
	b.ResetTimer()
	start := time.Now()
	for range clients {
		all.Go(func() {
			for left.Add(-1) >= 0 {
				if _, err := ask(); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "answers/s")
	b.ReportMetric(float64(size), "bytes/answer")
}
