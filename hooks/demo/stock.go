package demo

import (
	"fmt"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/store"
)

// makersCount is how many members bring home-made food.
const makersCount = 7

// furnish imports the catalogue, before anything else is in the books, and adds what a list does not say: what is
// weighed, what is shown on the public page, who the suppliers are. The makers are the first who will be members.
func (b *builder) furnish() (err error) {
	b.makers = b.queue[:makersCount]
	if b.goods, err = readGoods(max(20, b.Members*100/300)); err != nil {
		return err
	}
	file, err := b.catalogue()
	if err != nil {
		return err
	}
	result, err := store.ImportProducts(b.ctx, b.app, b.crew.manager, document.Upload{Name: "katalog.csv", Data: file, Key: b.key()}, "id", nil)
	if err != nil {
		return err
	}
	if result.Created != len(b.goods) || len(result.Warnings) > 0 {
		return fmt.Errorf("the catalogue: %+v", result)
	}
	for _, g := range b.goods {
		weight := g.often
		if g.category == household {
			weight = 0
		}
		b.weights = append(b.weights, weight)
		if !g.weighed && !g.featured {
			continue
		}
		r, err := b.app.FindFirstRecordByData("products", "code", g.code)
		if err != nil {
			return err
		}
		r.Set("weighed", g.weighed)
		r.Set("featured", g.featured)
		if err := b.app.Save(r); err != nil {
			return err
		}
	}
	b.suppliers = map[string]string{}
	for _, s := range suppliers {
		r, err := b.save("suppliers", map[string]any{"name": s.name, "phone": s.phone})
		if err != nil {
			return err
		}
		b.suppliers[s.key] = r.Id
	}
	return nil
}

// nameMakers says of each consignor which member it is; all but two agreed to be named in public.
func (b *builder) nameMakers() error {
	for i, p := range b.makers {
		r, err := b.app.FindFirstRecordByData("consignors", "name", p.name)
		if err != nil {
			return err
		}
		r.Set("member_number", p.number)
		r.Set("phone", p.phone)
		r.Set("public_consent", i < len(b.makers)-2)
		if err := b.app.Save(r); err != nil {
			return err
		}
	}
	return nil
}

// bring takes in what the members made this morning.
func (b *builder) bring() error {
	var lines []store.GoodsInputLine
	for _, g := range b.goods {
		if g.maker == 0 || g.stock*3 > g.par {
			continue
		}
		lines = append(lines, b.put(g, (g.par-g.stock)/money.One*money.One))
	}
	return b.receive(store.GoodsInput{PaidBy: "cash", Lines: lines})
}

// put adds goods to what the builder knows and makes the line of the receipt.
func (b *builder) put(g *good, quantity money.Quantity) store.GoodsInputLine {
	g.stock += quantity
	cost := g.cost
	if g.maker > 0 {
		cost = 0
	}
	return store.GoodsInputLine{Barcode: g.scan(), Quantity: quantity.String(), Cost: cost}
}

func (b *builder) receive(in store.GoodsInput) error {
	if len(in.Lines) == 0 {
		return nil
	}
	b.tick()
	_, _, err := store.ReceiveGoods(b.ctx, b.app, b.key(), b.crew.storekeeper, in)
	return err
}

// restock buys what runs low, from each supplier.
func (b *builder) restock() error {
	for _, s := range suppliers {
		var lines []store.GoodsInputLine
		var total money.Rupiah
		for _, g := range b.goods {
			if g.supplier != s.key || g.stock*2 > g.par {
				continue
			}
			quantity := (g.par - g.stock) / money.One * money.One
			lines = append(lines, b.put(g, quantity))
			total += money.Times(quantity, g.cost)
		}
		in := store.GoodsInput{Supplier: b.suppliers[s.key], PaidBy: "credit", Lines: lines, Reference: fmt.Sprintf("SJ-%06d", b.rng.IntN(1_000_000))}
		cash, err := ledger.AccountBalance(act.Read(b.app), ledger.Cash)
		if err != nil {
			return err
		}
		if !s.credit && total*2 < cash {
			in.PaidBy = "cash"
		}
		if err := b.receive(in); err != nil {
			return err
		}
	}
	return nil
}
