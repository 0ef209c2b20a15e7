package savings_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/policy"
	"kpdk/hooks/savings"
)

// BenchmarkDuesOfManyMembers makes a month's dues, and its interest, for 100,000 members on a durable disk.
func BenchmarkDuesOfManyMembers(b *testing.B) {
	for range b.N {
		app := testapp.New(b)
		const members = 100_000
		app.Act("bench.members", func(tx *act.Tx) error {
			return tx.Exec(`INSERT INTO members(id, number, name, status, joined_on, tokenKey, password, email) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
				SELECT printf('m%014d', i), 100000 + i, 'Anggota ' || i, 'active', '2026-01-05', printf('k%049d', i), 'x', '' FROM n`, members)
		})
		_ = policy.Mandatory
		start := time.Now()
		made, err := savings.CatchUp(context.Background(), app, "2026-11-03")
		if err != nil || made.Members < members {
			b.Fatal(made, err)
		}
		fmt.Println("dues", time.Since(start))
		start = time.Now()
		if made, err = savings.CatchUp(context.Background(), app, "2026-11-03"); err != nil || made.Members != 0 {
			b.Fatal(made, err)
		}
		fmt.Println("again", time.Since(start))
	}
}
