package store

import (
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/member"
)

// Ports are what the store needs of rooms it does not know.
type Ports struct{ PayDate PayDate }

type list[T any] struct {
	Sales []T   `json:"sales"`
	Next  int64 `json:"next,omitempty"`
}

type shiftAnswer struct {
	Shift *ShiftView `json:"shift"`
}

type goodsList struct {
	Receipts []GoodsReceipt `json:"receipts"`
	Next     int64          `json:"next,omitempty"`
}

type supplierList struct {
	Suppliers []Supplier `json:"suppliers"`
}

// Supplier is someone goods are bought from.
type Supplier struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

var (
	// Members read a catalogue of their own: this one names the makers of consigned goods, who may be members too.
	sellers  = []act.Role{act.Cashier, act.Storekeeper, act.Treasurer, act.Manager}
	auditors = []act.Role{act.Cashier, act.Treasurer, act.Supervisor, act.Manager}
	goodsIn  = []act.Role{act.Storekeeper, act.Treasurer, act.Supervisor, act.Manager}
)

// whyCounter is for what work members' data is shown here.
const whyCounter = "counter"

// Routes are the store's.
func Routes(ports Ports) []web.Route {
	return []web.Route{
		web.Get("/api/coop/store/catalogue", sellers, "All active products with prices and stock.", func(c *web.Call) (Catalogue, error) {
			return ReadCatalogue(act.Read(c.App), clock.Of(c.App).Today())
		}),
		web.Get("/api/coop/store/shifts/current", web.Cashiers, "The caller's open shift, or null.", func(c *web.Call) (shiftAnswer, error) {
			v, err := ViewShift(act.Read(c.App), c.By)
			return shiftAnswer{v}, err
		}),
		web.Post("/api/coop/store/shifts", web.Cashiers, "Open a shift with a float.", func(c *web.Call, key string, in OpenShiftInput) (OpenShiftAnswer, bool, error) {
			return OpenShift(c.Request.Context(), c.App, key, c.By, in)
		}),
		web.Post("/api/coop/store/shifts/{shift}/close", web.Cashiers, "Close a shift with the cash counted; requests of goods on credit that were not handed over are carried on or ended.", func(c *web.Call, key string, in CloseShiftInput) (CloseShiftAnswer, bool, error) {
			return CloseShift(c.Request.Context(), c.App, key, c.By, c.Path("shift"), in)
		}),
		web.Get("/api/coop/store/shifts", web.Bookkeepers, "Shifts, newest first; late=1 only those with late cash still to be counted.", readShifts),
		web.Post("/api/coop/store/shifts/{shift}/late-cash", web.Treasurers, "Count in the cash of sales that came after the shift was closed.", func(c *web.Call, key string, in LateCashInput) (LateCashAnswer, bool, error) {
			return CountLateCash(c.Request.Context(), c.App, key, c.By, c.Path("shift"), in)
		}),
		web.Get("/api/coop/store/quarantine", web.Bookkeepers, "Offline sales that could not be posted, newest first; open=1 only those to be decided.", readQuarantine).Shows(web.Listed, "held", whyCounter),
		web.Post("/api/coop/store/quarantine/{id}/take", web.Treasurers, "Post a quarantined sale on the decider's word.", func(c *web.Call, key string, in TakeInput) (SellAnswer, bool, error) {
			return Take(c.Request.Context(), c.App, key, c.By, c.Path("id"), in)
		}),
		web.Post("/api/coop/store/quarantine/{id}/dismiss", web.Treasurers, "Leave a quarantined sale unposted for good, with the reason.", func(c *web.Call, key string, in DismissInput) (DismissAnswer, bool, error) {
			return Dismiss(c.Request.Context(), c.App, key, c.By, c.Path("id"), in)
		}),
		web.Ask("/api/coop/store/cards/check", web.Cashiers, "Check a card, or look up a member number for cash.", func(c *web.Call, in CheckInput) (CheckAnswer, error) {
			answer, err := CheckCard(c.App, in, ports.PayDate)
			c.Saw(answer.Member.Number)
			return answer, err
		}).Shows(web.Opened, "card_check", whyCounter),
		web.Get("/api/coop/store/cards/revoked", web.Cashiers, "What a till must know to refuse dead cards and phones without a network.", func(c *web.Call) (member.Revocations, error) {
			return member.ReadRevocations(act.Read(c.App), clock.Of(c.App).Now())
		}),
		web.Post("/api/coop/store/sales", web.Cashiers, "Sell a basket.", func(c *web.Call, key string, in SellInput) (SellAnswer, bool, error) {
			return Sell(c.Request.Context(), c.App, key, c.By, in)
		}),
		web.Get("/api/coop/store/sales", auditors, "Sales, newest first; a cashier sees the own shift only. number=K1-00412 (not for a cashier) only that receipt.", readSales).Shows(web.Listed, "receipts", whyCounter),
		web.Get("/api/coop/store/sales/{id}", auditors, "One receipt, what came back of it, and whether the caller may take goods back.", readSale).Shows(web.Opened, "receipt", whyCounter),
		web.Ask("/api/coop/store/sales/{id}/return/terms", web.Treasurers, "What would come of goods of a sale that come back: what ends, what goes out of the box, what is held.", func(c *web.Call, in ReturnTermsInput) (ReturnTerms, error) {
			terms, member, err := ReturnTermsOf(act.Read(c.App), c.By, clock.Of(c.App).Today(), c.Path("id"), in)
			c.Saw(member)
			return terms, err
		}).Shows(web.Opened, "receipt", whyCounter),
		web.Post("/api/coop/store/sales/{id}/return", web.Treasurers, "Take goods of a sale back, all or some; not by who sold them.", func(c *web.Call, key string, in ReturnInput) (ReturnAnswer, bool, error) {
			return ReturnSale(c.Request.Context(), c.App, key, c.By, c.Path("id"), in)
		}),
		web.Ask("/api/coop/store/credit-sales/terms", web.Cashiers, "On what terms a card's holder may take a price on credit: months, instalment, margin, limits.", func(c *web.Call, in CreditTermsInput) (CreditTerms, error) {
			terms, err := CreditTermsOf(c.App, in)
			c.Saw(terms.Member)
			return terms, err
		}).Shows(web.Opened, "card_check", whyCounter),
		web.Post("/api/coop/store/credit-sales", web.Cashiers, "Sell a basket on credit (kredit barang); above the till's band the office is asked.", func(c *web.Call, key string, in CreditSaleInput) (CreditAnswer, bool, error) {
			return SellOnPlan(c.Request.Context(), c.App, key, c.By, in)
		}),
		web.Post("/api/coop/store/credit-sales/{id}/hand-over", web.Cashiers, "Hand over the goods of an approved request.", func(c *web.Call, key string, in HandOverBody) (CreditAnswer, bool, error) {
			return HandOver(c.Request.Context(), c.App, key, c.By, HandOverInput{in.Shift, c.Path("id"), in.Buyer})
		}),
		web.Post("/api/coop/store/credit-sales/{id}/withdraw", web.Cashiers, "Take a request back whose goods were not handed over.", func(c *web.Call, key string, _ struct {
			ID string `json:"id"`
		}) (CreditState, bool, error) {
			return WithdrawCredit(c.Request.Context(), c.App, key, c.By, c.Path("id"))
		}),
		web.Get("/api/coop/store/credit-sales", auditors, "A shift's goods on credit: what waits for the office, and what was sold.", readCredit).Shows(web.Listed, "plans", whyCounter),
		web.Get("/api/coop/store/credit-sales/{id}", auditors, "One of them with its goods and schedule; a cashier's own.", readCreditSale).Shows(web.Opened, "plan", whyCounter),
		web.Post("/api/coop/store/goods-receipts", web.Warehouse, "Take goods into stock.", func(c *web.Call, key string, in GoodsInput) (GoodsAnswer, bool, error) {
			return ReceiveGoods(c.Request.Context(), c.App, key, c.By, in)
		}),
		web.Get("/api/coop/store/goods-receipts", goodsIn, "Goods receipts, newest first.", func(c *web.Call) (goodsList, error) {
			before, limit, err := page(c)
			if err != nil {
				return goodsList{}, err
			}
			receipts, next, err := GoodsReceipts(act.Read(c.App), before, limit)
			return goodsList{receipts, next}, err
		}),
		web.Get("/api/coop/store/adjustments", goodsIn, "Adjustments of stock: what waits for a second person, and what was made, newest first.", func(c *web.Call) (AdjustmentList, error) {
			before, limit, err := page(c)
			if err != nil {
				return AdjustmentList{}, err
			}
			return Adjustments(act.Read(c.App), clock.Of(c.App).Today(), c.By, before, limit)
		}),
		web.Post("/api/coop/store/adjustments", web.Warehouse, "Adjust stock by what was found or is missing; above what one person moves alone it waits.", func(c *web.Call, key string, in AdjustInput) (Adjusted, bool, error) {
			return AdjustStock(c.Request.Context(), c.App, key, c.By, in)
		}),
		web.Post("/api/coop/store/adjustments/{id}/approve", web.Treasurers, "Approve an adjustment of stock that somebody else asked for.", func(c *web.Call, key string, in DecideInput) (Adjusted, bool, error) {
			return DecideStock(c.Request.Context(), c.App, key, c.By, c.Path("id"), true, in.Reason)
		}),
		web.Post("/api/coop/store/adjustments/{id}/refuse", web.Treasurers, "Refuse an adjustment of stock, or take one's own back.", func(c *web.Call, key string, in DecideInput) (Adjusted, bool, error) {
			return DecideStock(c.Request.Context(), c.App, key, c.By, c.Path("id"), false, in.Reason)
		}),
		web.Get("/api/coop/store/suppliers", goodsIn, "Suppliers by name.", func(c *web.Call) (supplierList, error) {
			return suppliers(act.Read(c.App))
		}),
		importRoute(),
	}
}

func page(c *web.Call) (before, limit int64, err error) {
	if before, err = c.Number("before"); err != nil {
		return 0, 0, err
	}
	limit, err = c.Limit(50, 200)
	return before, limit, err
}

func readSales(c *web.Call) (list[Receipt], error) {
	before, limit, err := page(c)
	if err != nil {
		return list[Receipt]{}, err
	}
	r := act.Read(c.App)
	if number := c.Query("number"); number != "" && c.By.Role != act.Cashier {
		sales, err := ReceiptsByNumber(r, number)
		if len(sales) == 1 && sales[0].Member != nil {
			c.Saw(sales[0].Member.Number)
		}
		return list[Receipt]{sales, 0}, err
	}
	if c.Query("shift") == "" && c.By.Role != act.Cashier {
		sales, next, err := Receipts(r, before, limit)
		return list[Receipt]{sales, next}, err
	}
	shift, err := readableShift(c)
	if err != nil {
		return list[Receipt]{}, err
	}
	sales, next, err := ReceiptsOfShift(r, shift.ID, before, limit)
	return list[Receipt]{sales, next}, err
}

// HandOverBody hands over a request of the path.
type HandOverBody struct {
	ID    string `json:"id"`
	Shift string `json:"shift"`
	Buyer *Buyer `json:"buyer"`
}

// DecideInput is a word of whoever decides.
type DecideInput struct {
	Reason string `json:"reason"`
}

// CreditState is what became of a request.
type CreditState struct {
	State string `json:"state"`
}

func readCredit(c *web.Call) (CreditList, error) {
	shift, err := readableShift(c)
	if err != nil {
		return CreditList{}, err
	}
	return CreditOfShift(act.Read(c.App), shift.ID)
}

func readCreditSale(c *web.Call) (CreditReceipt, error) {
	receipt, err := CreditByKey(act.Read(c.App), c.Path("id"))
	if err == nil && c.By.Role == act.Cashier && receipt.cashier != c.By.ID {
		return CreditReceipt{}, fault.Forbidden("store.shift_other")
	}
	c.Saw(receipt.Member.Number)
	return receipt, err
}

// readableShift is the shift that is asked for; a cashier reads the own ones.
func readableShift(c *web.Call) (Shift, error) {
	shift, err := ShiftByKey(act.Read(c.App), c.Query("shift"))
	if err == nil && c.By.Role == act.Cashier && shift.Cashier != c.By.ID {
		err = fault.Forbidden("store.shift_other")
	}
	return shift, err
}

func readSale(c *web.Call) (SaleView, error) {
	receipt, err := ViewSale(act.Read(c.App), c.By, clock.Of(c.App).Today(), c.Path("id"))
	if receipt.Member != nil {
		c.Saw(receipt.Member.Number)
	}
	return receipt, err
}

func readShifts(c *web.Call) (shiftList, error) {
	before, limit, err := page(c)
	if err != nil {
		return shiftList{}, err
	}
	return Shifts(act.Read(c.App), c.Query("late") == "1", before, limit)
}

func readQuarantine(c *web.Call) (heldList, error) {
	before, limit, err := page(c)
	if err != nil {
		return heldList{}, err
	}
	return Quarantined(act.Read(c.App), c.By, c.Query("open") == "1", before, limit)
}

func suppliers(r act.Reader) (supplierList, error) {
	all := supplierList{[]Supplier{}}
	err := act.Each(r, "SELECT id, name FROM suppliers ORDER BY name LIMIT 1000", nil, func(row act.Scanner) error {
		var s Supplier
		err := row.Scan(&s.ID, &s.Name)
		all.Suppliers = append(all.Suppliers, s)
		return err
	})
	return all, err
}
