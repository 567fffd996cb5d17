"""Messages to a Chinese online shop: which desk should read each? Characters in a row, no spaces between words."""

from sample_data.generate.draws import Random, pick
from sample_data.generate.table import Table

N = 1500
# what is asked of each desk; shared words make some of it hard to tell
ASKED = {
    "物流": (
        "快递{n}天了还没到", "包裹显示已签收但我没收到", "什么时候发货", "能改一下收货地址吗", "物流信息一直没更新",
        "快递员电话打不通", "可以换成顺丰吗",
    ),
    "退款": (
        "申请退款{n}天了还没到账", "我要退货", "质量不行想退钱", "多付了{n}元请退给我", "退货的运费谁出",
        "取消订单后钱没退回来", "换货可以吗",
    ),
    "商品": (
        "这个有没有大一号的", "{c}色还有货吗", "和图片颜色不一样", "用了{n}天就坏了", "请问是纯棉的吗", "怎么安装",
        "说明书看不懂",
    ),
    "账户": (
        "密码忘了怎么办", "登录不上去", "验证码收不到", "积分怎么没有了", "会员到期了吗", "优惠券用不了",
        "怎么修改手机号",
    ),
    "表扬": (
        "很满意下次还来", "客服态度真好", "包装很用心", "发货快质量好", "朋友都说{c}色好看", "非常感谢", "物超所值",
    ),
}  # fmt: skip
SHARES = {"物流": 30, "商品": 26, "退款": 20, "账户": 13, "表扬": 11}
OPENINGS = ("", "", "", "你好，", "您好！", "亲，", "在吗？", "请问一下，", "麻烦看看，", "急！")
ENDINGS = ("", "", "", "。", "！", "？", "谢谢", "，谢谢！", "😊", "😡", "，订单号{order}", " OK?")
COLOURS = "红黄蓝绿黑白"
STRAY = 0.18  # of the messages also say something for another desk


def tables() -> dict[str, Table]:
    rng = Random(808)
    desk = pick(rng, SHARES, N)
    table = Table()
    table.text("内容", [_message(rng, name) for name in desk])
    table.text("渠道", pick(rng, {"网页": 40, "App": 45, "微信": 15}, N))
    table.text("类别", desk)
    return {"messages_zh.csv": table}


def _message(rng: Random, desk: str) -> str:
    said = [_one(rng, desk)]
    if rng.random_sample() < STRAY:
        said.append(_one(rng, pick(rng, SHARES, 1)[0]))
    text = "，".join(said)
    ending = ENDINGS[rng.randint(len(ENDINGS))].format(order=100_000 + rng.randint(900_000))
    return OPENINGS[rng.randint(len(OPENINGS))] + text + ending


def _one(rng: Random, desk: str) -> str:
    sayings = ASKED[desk]
    return sayings[rng.randint(len(sayings))].format(
        n=2 + rng.randint(14), c=COLOURS[rng.randint(len(COLOURS))]
    )
