package savings_test

import (
	"context"
	"testing"
	"time"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/savings"
)

// BenchmarkDuesOfManyMembers makes a month's dues for 100,000 members on a durable disk, and looks once more
// when all are made: go test ./hooks/savings -run '^$' -bench Dues -benchtime 1x
func BenchmarkDuesOfManyMembers(b *testing.B) {
	const members = 100_000
	for range b.N {
		b.StopTimer()
		app := testapp.New(b)
		app.Act("bench.members", func(tx *act.Tx) error {
			return tx.Exec(`INSERT INTO members(id, number, name, status, joined_on, tokenKey, password, email) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
				SELECT printf('m%014d', i), 100000 + i, 'Anggota ' || i, 'active', '2026-01-05', printf('k%049d', i), 'x', '' FROM n`, members)
		})
		b.StartTimer()
		start := time.Now()
		if made, err := savings.CatchUp(context.Background(), app, "2026-11-03"); err != nil || made.Members != members {
			b.Fatal(made, err)
		}
		b.ReportMetric(time.Since(start).Seconds(), "s/dues")
		start = time.Now()
		if made, err := savings.CatchUp(context.Background(), app, "2026-11-03"); err != nil || made.Members != 0 {
			b.Fatal(made, err)
		}
		b.ReportMetric(time.Since(start).Seconds(), "s/again")
	}
}
